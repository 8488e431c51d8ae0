// One job on the page: its id, or what is known of it already, in; its state and what that means, live, what can be
// done, and tabs with the rest, out.
define([
    "jquery", "../api", "../ui/elements", "../ui/notice", "../ui/tabs", "../words/jobs",
    "../words/times", "./actions", "./artifacts", "./details_tab", "./explain", "./job", "./live", "./log", "./pieces",
    "./progress_tab", "./resources", "./status_area"
], function (
    $, api, elements, notice, tabs, words,
    times, actions, artifacts_tab, details_tab, explain, job_of, live, log_tab, pieces,
    progress_tab, resources_tab, status_area
) {
    "use strict";

    var text = words.text;
    var TICK = 1000; // ms: how long it has run is told to the second
    // The tabs, in their order: {id, label, create(element, job_id) → {element, update(job), opened()?, closed()?}}.
    // create() fills the element, when somebody first looks; opened() and closed() tell when somebody begins and ceases
    // to; update() comes again and again, also while nobody looks.
    var TABS = [
        {id: "progress", label: "tab_progress", create: progress_tab.create},
        {id: "log", label: "tab_log", create: log_tab.create},
        {id: "artifacts", label: "tab_artifacts", create: artifacts_tab.create},
        {id: "resources", label: "tab_resources", create: resources_tab.create},
        {id: "details", label: "tab_details", create: details_tab.create}
    ];

    // "41 s · 3 of 5 cells done · about 1 min left, as in job-…"
    function facts_line(job, now) {
        var progress = job_of.progress(job);
        var left = job_of.left(job, now);
        return [
            pieces.duration(job, now), progress && text("progress_label", progress),
            left && text("time_left", {time: times.length(left.seconds, true), job: left.from}),
            job.instance_type, job.user
        ].filter(Boolean).join(" · ");
    }

    // on: {title(words), buttons([elements]), open(job, said), edit(values), compare(job), close()}; said: a notice to
    // begin with, or null. → {element, close()}
    function make(known, said, on) {
        var job = known;
        var full = false; // whether the server has told all of it
        var resources = null;
        var shown_buttons = null;
        var notices = $("<div>").addClass("primehub-said");
        var stale = $("<p>").addClass("primehub-stale text-muted").attr("role", "status").hide();
        var state_line = $("<p>").addClass("primehub-job-state").attr("role", "status");
        var mark = $("<span>");
        var sentence = $("<span>").attr("id", "primehub_job_why");
        var line = $("<p>").addClass("primehub-job-line text-muted");
        var bar = $("<div>").addClass("primehub-job-bar");
        var made = {};
        var console_link = $("<p>").addClass("primehub-console-link");
        function hear(id, what) {
            if (made[id] && made[id][what]) {
                made[id][what]();
            }
        }
        var strip = tabs.make("primehub_job", text("jobs_title"), TABS.map(function (tab) {
            return {
                id: tab.id, label: text(tab.label),
                make: function () {
                    made[tab.id] = tab.create($("<div>"), known.id);
                    if (full) {
                        made[tab.id].update(job);
                    }
                    return made[tab.id].element;
                },
                opened: function () { hear(tab.id, "opened"); },
                closed: function () { hear(tab.id, "closed"); }
            };
        }));
        // Asked for here and only here.
        var tell_me = elements.button("primehub_job_tell_me", text("tell_me"), function () {
            status_area.tell_me(job).then(function (will) {
                show_tell_me();
                told.text(text(will ? "tell_me_will" : "tell_me_refused"));
            });
        }, "btn-link").attr("title", text("tell_me_help"));
        var told = $("<span>").addClass("text-muted").attr({id: "primehub_job_told", role: "status"});
        var element = $("<div>").attr({id: "primehub_job", "data-job": known.id}).append(
            notices, stale,
            state_line.append(mark, " ", sentence),
            bar, line, strip.element, $("<div>").addClass("primehub-job-foot").append(console_link, tell_me, told)
        );

        function say(box, focus) {
            notices.empty().append(box || []);
            if (box) {
                (focus || box).trigger("focus");
            }
        }

        function set_text(place, words_now) {
            if (place.text() !== words_now) {
                place.text(words_now);
            }
        }

        var can = actions.create({
            job: function () { return job; }, say: say, edit: on.edit, compare: on.compare, open: on.open,
            close: on.close,
            changed: function (changed) {
                if (changed) {
                    live.note(changed);
                } else {
                    live.look();
                }
            }
        });

        function tick() {
            set_text(line, facts_line(job, Date.now()));
            set_text(sentence, explain.sentence(job, resources, Date.now()));
            Object.keys(made).forEach(function (id) { made[id].update(job); });
        }

        function show_tell_me() {
            tell_me.toggle(status_area.can_tell(job));
        }

        // Quotas and sizes make the sentences better; they are asked for when there is a sentence that needs them.
        function need_resources() {
            var wanted = job.reason === "OverQuota" || /OOMKilled/.test(job.message || "");
            if (wanted && resources === null) {
                resources = {};
                api.resources().then(function (answer) {
                    resources = answer;
                    tick();
                }, function () {});
            }
        }

        function show(now) {
            var progress = job_of.progress(now) || (full && job_of.progress(job));
            job = Object.assign({}, job, now);
            job.progress = progress || null;
            full = true;
            on.title(job_of.name(job));
            // A change of its state is said aloud; each cell would be too much.
            state_line.attr("aria-live", mark.attr("data-state") === job_of.state(job) ? "off" : "polite");
            if (mark.attr("data-state") !== job_of.state(job)) {
                mark.attr("data-state", job_of.state(job)).empty().append(pieces.state(job));
            }
            need_resources();
            tick();
            bar.empty().append(progress && !job_of.is_over(job) ? pieces.bar(progress, job_of.state(job)) : []);
            var wanted = JSON.stringify([job.phase, !!progress, job.output_path, !!job.parameters_text]);
            if (wanted !== shown_buttons) {
                shown_buttons = wanted;
                on.buttons(can.buttons(job));
            }
            if (job.console_url && !console_link.children().length) {
                console_link.append(elements.link(job.console_url, text("link_console"))
                    .attr("id", "primehub_result_link"));
            }
            show_tell_me();
            if (job_of.is_over(job)) {
                notices.children(".alert-success").remove(); // that it was created is no news any more
            }
            status_area.seen(job);
        }

        var listener = {
            job: function (now, error) {
                if (now) {
                    show(now);
                } else {
                    say(notice.error_box(error, []));
                }
            },
            state: function (state) {
                if (!state.error) {
                    stale.hide().data("as_of", state.as_of || stale.data("as_of"));
                } else if (!full) {
                    say(notice.error_box(state.error, [
                        elements.button("primehub_job_again", text("try_again"), function () {
                            say(null);
                            live.look();
                        })
                    ]));
                } else {
                    stale.show().text(text("detail_not_now", {
                        time: stale.data("as_of") ? times.clock(stale.data("as_of")) : "…",
                        why: words.describe(state.error).message
                    }));
                }
            }
        };
        if (said) {
            notices.append(said);
        }
        if (known.phase) {
            show(known);
        } else {
            sentence.text(text("detail_loading"));
            on.buttons([]);
        }
        var watch = live.watch([known.id], listener);
        var timer = window.setInterval(function () {
            if (full && !job_of.is_over(job)) {
                tick();
            }
        }, TICK);

        return {
            element: element,
            close: function () {
                window.clearInterval(timer);
                watch.stop();
                hear(strip.selected(), "closed");
            }
        };
    }

    return {make: make};
});
