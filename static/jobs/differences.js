// What two runs differ in, beside their cells: the server's answer in; rows {label, values: [text or null], differs}
// and whether there is any difference, out.
define(["./job", "../words/compare", "../words/times"], function (job_of, words, times) {
    "use strict";

    var text = words.text;

    function limit(job) {
        var seconds = job.timeout_seconds;
        return typeof seconds !== "number" ? null : seconds === 0 ? text("no_limit") : words.duration(seconds);
    }

    function duration(job, now) {
        var seconds = job_of.seconds(job, now);
        return seconds === null ? null : times.length(seconds);
    }

    function row(label, values, always) {
        return {label: label, code: false, values: values, differs: values[0] !== values[1], always: !!always};
    }

    // `now` in ms. `always`: a row that is shown whether it differs or not. `code`: the label is a parameter's name.
    function rows(answer, now) {
        function of(label, read, always) {
            return row(text(label), answer.jobs.map(function (job) { return read(job, now) || null; }), always);
        }
        function field(name) {
            return function (job) { return job[name]; };
        }
        return answer.parameters.map(function (each) {
            return {label: each.name, code: true, values: each.values, differs: each.differs, always: false};
        }).concat([
            of("fact_duration", duration, true), of("fact_instance", field("instance_type")),
            of("fact_image", field("image")), of("fact_limit", limit), of("fact_user", field("user"))
        ]);
    }

    function differing(answer) {
        return (answer.cells || []).filter(function (pair) { return pair.differs.length; }).length;
    }

    // That one took a moment longer is no difference.
    function is_equal(answer, now) {
        return !!answer.cells && !differing(answer) &&
            rows(answer, now).every(function (each) { return each.always || !each.differs; }) &&
            job_of.state(answer.jobs[0]) === job_of.state(answer.jobs[1]);
    }

    return {rows: rows, differing: differing, is_equal: is_equal};
});
