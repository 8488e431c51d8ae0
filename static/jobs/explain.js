// Why a job is as it is: the job, and the group's resources where they are known, in; one sentence out.
// PrimeHub's reasons and messages are its controller's: phjob_controller.go of primehub-controller 3.1 to 4.1.
define(["./job", "../words/jobs"], function (job_of, words) {
    "use strict";

    var text = words.text;
    // Every new job is first "over quota", with room or without it: the controller looks once a second.
    var QUOTA_TOLD_AFTER = 15000; // ms
    var AGAIN = /^Back to pending due to:\s*/;
    var FAILED = /^Job failed due to (?:(\w+): ?|System Error: ?)?/;
    // Of run-job.sh, after the command.
    var SCRIPT = /^Artifacts?: /;
    var LONGEST = 300;

    function shortened(said) {
        return said.length > LONGEST ? said.slice(0, LONGEST - 1) + "…" : said;
    }

    // "Job failed due to Error: <the end of the log>" → its last line that is not the script's.
    function last_line(message) {
        var lines = (message || "").replace(FAILED, "").split("\n").map(function (line) { return line.trim(); })
            .filter(function (line) { return line && !SCRIPT.test(line); });
        return lines.length ? shortened(lines[lines.length - 1]) : null;
    }

    function error_words(failure) {
        return shortened(failure.value
            ? text("error_named", {name: failure.name, value: failure.value.split("\n")[0]}) : failure.name || "");
    }

    function instance_of(job, resources) {
        return ((resources && resources.instance_types) || []).filter(function (each) {
            return each.name === job.instance_type;
        })[0] || null;
    }

    // Which quota of the group leaves no room for the job's instance type, as far as one can see.
    function full_quota(job, resources) {
        var instance = instance_of(job, resources);
        if (!instance || !resources.quota || !resources.usage) {
            return null;
        }
        return ["gpu", "cpu", "memory_gb"].map(function (kind) {
            return {
                resource: text("resource_" + kind.replace("_gb", "")), used: resources.usage[kind],
                quota: resources.quota[kind], needed: instance[kind]
            };
        }).filter(function (each) {
            return typeof each.quota === "number" && typeof each.used === "number" && each.needed > 0 &&
                each.used + each.needed > each.quota;
        })[0] || null;
    }

    function waiting(job, resources, now) {
        var message = job.message || "";
        if (AGAIN.test(message) && !/quota/i.test(message)) {
            return text("why_requeued", {message: shortened(message.replace(AGAIN, ""))});
        }
        var made = Date.parse(job.create_time || "");
        if (job.reason === "OverQuota" && (AGAIN.test(message) || now - made > QUOTA_TOLD_AFTER)) {
            var full = full_quota(job, resources);
            return full ? text("why_quota_of", full) : text("why_quota");
        }
        return text("why_new");
    }

    function starting(job) {
        if (job.reason !== "PodPending") {
            return text("why_preparing");
        }
        return /nodes are available|unschedulable|insufficient/i.test(job.message || "")
            ? text("why_no_node", {message: shortened(job.message)}) : text("why_container");
    }

    function running(job) {
        var progress = job_of.progress(job);
        if (!progress) {
            return text("why_running");
        }
        if (!progress.running && !progress.done) {
            return text("why_kernel");
        }
        return progress.running ? text("why_running_cell", {cell: progress.running, total: progress.total})
            : text("why_running");
    }

    function out_of_memory(job, resources) {
        var instance = instance_of(job, resources);
        return instance && instance.memory_gb
            ? text("why_memory_of", {memory: instance.memory_gb, instance: instance.display_name || instance.name})
            : text("why_memory", {instance: job.instance_type || ""});
    }

    function failed(job, resources) {
        var failure = job_of.failure(job);
        var message = job.message || "";
        if (job.reason === "OverActivateDeadline") {
            return job.timeout_seconds
                ? text("why_time_of", {limit: words.duration(job.timeout_seconds)}) : text("why_time");
        }
        if (job.reason === "OverRequeueLimit") {
            return text("why_given_up");
        }
        if (/^Job failed due to OOMKilled/.test(message)) {
            return out_of_memory(job, resources);
        }
        if (failure && failure.cell && failure.name) {
            return text("why_cell", {cell: failure.cell, error: error_words(failure)});
        }
        var line = last_line(message);
        if (line && /^The kernel died/.test(line)) {
            return text("why_kernel_died");
        }
        var said = /^The notebook failed: (.+)/.exec(line || "");
        if (said && failure && failure.cell) {
            return text("why_cell", {cell: failure.cell, error: said[1]});
        }
        if (job.reason === "PodCreationFailed") {
            return text("why_not_started", {message: line || ""});
        }
        return line ? text("why_failed", {message: line}) : text("why_failed_plain");
    }

    function cancelled(job) {
        var progress = job_of.progress(job);
        var at = progress && (progress.running || (progress.done < progress.total && progress.done + 1));
        return at && job.start_time ? text("why_cancelled_cell", {cell: at, total: progress.total})
            : text("why_cancelled");
    }

    function succeeded(job) {
        var progress = job_of.progress(job);
        if (job.runs_as) {
            return text("why_other", {id: job.runs_as});
        }
        return progress && progress.done === progress.total ? text("why_succeeded_cells", {total: progress.total})
            : text("why_succeeded");
    }

    // `now` in ms; `resources` as `GET resources` answers, or null.
    function sentence(job, resources, now) {
        var by_state = {
            waiting: waiting, starting: starting, running: running, succeeded: succeeded, failed: failed,
            cancelled: cancelled
        };
        var state = job_of.state(job);
        if (by_state[state]) {
            return by_state[state](job, resources, now);
        }
        return job.reason === "PodUnknown" ? text("why_lost") : text("why_unknown", {phase: job.phase || ""});
    }

    // In one cell of a table: the failing cell and its error, or null.
    function short_failure(job) {
        var failure = job_of.failure(job);
        if (!failure || !failure.cell) {
            return null;
        }
        return failure.name ? text("failed_cell_error", {cell: failure.cell, error: error_words(failure)})
            : text("failed_cell", {cell: failure.cell});
    }

    return {sentence: sentence, short_failure: short_failure, last_line: last_line};
});
