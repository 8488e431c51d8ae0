// A job in; the text that the form would need to give just its parameters out.
define([], function () {
    "use strict";

    // Text that reads as nothing else without quotes; the rest is quoted, whether it has to be or not.
    var PLAIN = /^[A-Za-z][A-Za-z_./:-]*( [A-Za-z][A-Za-z_./:-]*)*$/;
    var WORDS = /^(true|false|null|none|nan|inf|infinity)$/i;

    function one(value) {
        return typeof value === "string" && PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value);
    }

    // The server's own text where it is known, as it is of a job that is looked at: only that tells 1.0 from 1.
    function of(job) {
        if (typeof job.parameters_text === "string") {
            return job.parameters_text;
        }
        var parameters = job.parameters || {};
        return Object.keys(parameters).map(function (name) {
            return name + "=" + one(parameters[name]);
        }).join("; ");
    }

    return {of: of};
});
