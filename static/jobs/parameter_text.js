// A job's parameters, as the form would need them to give just these: the job in; "name=value" of each out. The server
// writes the values: JSON as a browser reads it does not tell 1.0 from 1, and makes others of large numbers.
define([], function () {
    "use strict";

    // → [[name, value as one types it]], null where the server has not told them all.
    function pairs(job) {
        var texts = job.parameters_text;
        return texts ? Object.keys(texts).map(function (name) { return [name, texts[name]]; }) : null;
    }

    function of(job) {
        return (pairs(job) || []).map(function (each) { return each.join("="); }).join("; ");
    }

    return {pairs: pairs, of: of};
});
