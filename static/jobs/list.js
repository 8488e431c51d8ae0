// The list of jobs on the page: filters, the table or what is said in its place, and what is shown in the list's stead
// while it is looked up, cannot be, or is empty.
define([
    "jquery", "base/js/namespace", "../api", "../storage", "../ui/elements", "../ui/notice", "../words/jobs",
    "../words/times", "./filters", "./listing", "./live", "./table"
], function ($, Jupyter, api, storage, elements, notice, words, times, filters, listing, live, table) {
    "use strict";

    var text = words.text;
    var TICK = 10000;  // ms in which "2 min" becomes wrong enough to be drawn anew
    var AGAIN = 3;     // ticks after which it is looked whether there are new jobs
    var WATCHED = 100; // of the jobs that have not ended, the newest
    var KEPT = "jobs:filters";

    function first_choice(notebook) {
        var kept = storage.get(KEPT) || {};
        return {notebook: kept.group === true ? null : notebook, mine: kept.mine === true, state: "", search: ""};
    }

    // Nobody's jobs fit: what a job is, or that the filters leave none.
    function empty(chosen, on_submit, on_all) {
        var filtered = chosen.mine || chosen.state || chosen.search;
        var box = $("<div>").addClass("primehub-empty").attr("role", "status");
        if (filtered) {
            return box.append($("<p>").text(text("jobs_none_found")),
                $("<p>").append(elements.button("primehub_jobs_all", text("jobs_show_all"), on_all)));
        }
        return box.append(
            $("<p>").append($("<strong>").text(text(chosen.notebook ? "jobs_none" : "jobs_none_group"))),
            $("<p>").text(text("jobs_none_hint")),
            $("<p>").append(elements.button("primehub_jobs_submit", text("jobs_submit"), on_submit, "btn-primary"))
        );
    }

    // on: {open(job), submit()} → {element, focus(id), close()}
    function make(on) {
        var path = Jupyter.notebook.notebook_path;
        var user = null;
        var latest = {jobs: null, error: null, as_of: null, loading: true, more: false};
        var wanted_focus = null;
        var state = $("<span>").addClass("primehub-as-of text-muted").attr("role", "status");
        var refresh = $("<button>").addClass("btn btn-default btn-sm").attr({
            type: "button", id: "primehub_jobs_refresh", title: text("jobs_refresh"), "aria-label": text("jobs_refresh")
        }).append($("<i>").addClass("fa fa-refresh").attr("aria-hidden", "true")).on("click", function () {
            jobs.reload();
        });
        var place = $("<div>").attr("id", "primehub_jobs_place");
        var rows = table.make(on.open);
        var more = elements.button("primehub_jobs_more", text("jobs_more"), function () { jobs.more(); });
        var more_line = $("<p>").addClass("primehub-more").append(more);
        var choice = filters.make(path, first_choice(path), function (chosen) {
            storage.set(KEPT, {group: !chosen.notebook, mine: chosen.mine});
            choose(chosen);
        });
        var jobs = listing.create(api, function (now) {
            latest = now;
            draw();
        });
        var watch = live.watch([], {
            job: function (job) {
                if (job) {
                    jobs.note(job);
                }
            },
            state: function (now) {
                if (now.error) {
                    latest = Object.assign({}, latest, {error: now.error});
                    draw();
                }
            }
        });
        var ticks = 0;
        var timer = window.setInterval(function () {
            ticks += 1;
            if (ticks % AGAIN === 0 && !document.hidden && !latest.loading) {
                jobs.reload(true);
            }
            draw();
        }, TICK);

        function choose(chosen) {
            jobs.choose(Object.assign({user: user}, chosen));
        }

        function say_state() {
            var said = "";
            if (latest.as_of) {
                var at = times.clock(latest.as_of);
                said = latest.error ? text("jobs_stale", {time: at, why: words.describe(latest.error).message})
                    : text("jobs_as_of", {time: at});
            }
            state.toggleClass("primehub-is-stale", !!latest.error && !!latest.as_of);
            // Told aloud when it gets bad, not each time.
            state.attr("aria-live", latest.error ? "polite" : "off");
            if (state.text() !== said) {
                state.text(said);
            }
        }

        function instead(what) {
            if (rows.element.parent().length) {
                rows.element.detach();
            }
            place.empty().append(what);
        }

        function draw() {
            say_state();
            refresh.prop("disabled", latest.loading).find("i").toggleClass("fa-spin", latest.loading);
            more_line.toggle(!!latest.jobs && latest.more);
            elements.working(more, null);
            if (latest.loading && latest.jobs && latest.more) {
                elements.working(more, text("jobs_more_loading"));
            }
            if (!latest.jobs && latest.error) {
                var again = elements.button("primehub_jobs_again", text("try_again"), function () { jobs.reload(); });
                instead(notice.error_box(latest.error, [again]));
            } else if (!latest.jobs || (!latest.jobs.length && latest.loading)) {
                instead(elements.waiting(text("jobs_loading")));
            } else if (!latest.jobs.length) {
                instead(empty(choice.chosen(), on.submit, choice.show_all));
            } else {
                if (!rows.element.parent().length) {
                    place.empty().append(rows.element);
                }
                rows.show(latest.jobs, Date.now());
                watch.set(jobs.unfinished().slice(0, WATCHED));
                if (wanted_focus !== null) {
                    rows.focus(wanted_focus);
                    wanted_focus = null;
                }
            }
        }

        choose(choice.chosen());
        // Which of the jobs that are here already are mine; of those that are asked for, the server knows.
        api.token().then(function (token) {
            user = token.user;
            jobs.is(user);
        }, function () {});
        return {
            element: $("<div>").attr("id", "primehub_jobs_list").append(
                $("<div>").addClass("primehub-jobs-head").append(choice.element,
                    $("<span>").addClass("primehub-jobs-state").append(state, " ", refresh)),
                place, more_line
            ),
            // To the row of this job, or to the first, as soon as there is one.
            focus: function (id) {
                wanted_focus = id || "";
                draw();
            },
            close: function () {
                window.clearInterval(timer);
                watch.stop();
                jobs.close();
            }
        };
    }

    return {make: make};
});
