// What is shown of a job wherever it is shown: a job in; its state, how far it is and times out, as elements.
define(["jquery", "../words/jobs", "../words/times", "./explain", "./job"], function (
    $, words, times, explain, job_of
) {
    "use strict";

    var text = words.text;

    function state(job) {
        var name = job_of.state(job);
        return $("<span>").addClass("primehub-state primehub-state-" + name).append(
            $("<span>").addClass("primehub-mark").attr("aria-hidden", "true").text(job_of.MARKS[name]),
            $("<span>").text(text("state_" + name))
        );
    }

    // A bar with "3/5" beside it.
    function bar(known, name) {
        var part = 100 * known.done / known.total;
        return $("<span>").addClass("primehub-progress").append(
            $("<span>").addClass("primehub-bar primehub-bar-" + name).attr({
                role: "img", "aria-label": text("progress_label", known)
            }).append($("<span>").css("width", part + "%")),
            $("<span>").addClass("primehub-count").attr("aria-hidden", "true").text(text("progress_of", known))
        );
    }

    // As short as a table has it: the bar while it runs, and what went wrong when it did.
    function progress(job) {
        var known = job_of.progress(job);
        var wrong = job_of.state(job) === "failed" && explain.short_failure(job);
        if (wrong) {
            return $("<span>").addClass("primehub-wrong").attr("title", wrong).text(wrong);
        }
        if (!known) {
            return $("<span>");
        }
        return bar(known, job_of.state(job));
    }

    // "3 minutes ago", with the moment itself as title; nothing where there is none.
    function moment(written, now) {
        var date = times.read(written);
        return date ? $("<time>").attr({datetime: date.toISOString(), title: times.full(date)})
            .text(times.ago(date, now)) : $("<span>");
    }

    function duration(job, now) {
        var seconds = job_of.seconds(job, now);
        return seconds === null ? "" : times.length(seconds);
    }

    return {state: state, bar: bar, progress: progress, moment: moment, duration: duration};
});
