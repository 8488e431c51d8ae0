// The tab "Log": a job's id in; its log as it is written out, with follow and pause, search, wrap and download.
define([
    "jquery", "../api", "../ui/elements", "../ui/notice", "../words/logs", "./log_lines", "./log_stream", "./log_text",
    "./written"
], function ($, api, elements, notice, words, log_lines, log_stream, log_text, written) {
    "use strict";

    var text = words.text;
    var TAIL = 2000;
    var HEAD = 20000; // characters of what is shown, by which its place in all of the log is found

    function tool(icon, label, on_click) {
        return $("<button>").addClass("btn btn-xs btn-default")
            .attr({type: "button", title: label, "aria-label": label})
            .append($("<i>").addClass("fa " + icon).attr("aria-hidden", "true")).on("click", on_click);
    }

    // element: an empty one, which is filled. → {element, update(job), opened(), closed()}: closed() when nobody looks
    // any more, opened() when somebody does again; the job's phase, in update(), says when to look for its log.
    function create(element, job_id) {
        var lines = log_text.make();
        var stream = null;
        var left_at = null;
        var standing = {state: "opening", error: null, source: null};
        var searching = null;
        var matches = [];
        var match = -1;
        var looked = false; // whether all of it was searched
        var phase = null;
        var whole = false;

        var said = $("<p>").addClass("primehub-log-state").attr({role: "status", "aria-live": "polite"});
        var place = $("<div>").addClass("primehub-log-said");
        var view = log_lines.make(lines, text("log_region"), {
            cut: function (count) { return text("log_cut", {count: count}); },
            scrolled: show_following
        });
        var follow = $("<button>").addClass("btn btn-xs btn-default primehub-log-follow").attr("type", "button")
            .on("click", function () {
                if (follow.attr("aria-pressed") === "true") {
                    view.stay();
                } else {
                    view.to_end();
                }
            });
        var wrap = $("<input>").attr("type", "checkbox").addClass("primehub-log-wrap").on("change", function () {
            view.wrap(wrap.prop("checked"));
        });
        var found = $("<span>").addClass("primehub-log-found").attr("role", "status");
        var field = $("<input>").addClass("form-control input-sm primehub-log-search")
            .attr({type: "search", "aria-label": text("log_search"), placeholder: text("log_search")})
            .on("input", search).on("keydown", function (event) {
                if (event.key === "Enter") {
                    event.preventDefault();
                    step(event.shiftKey ? -1 : 1);
                }
            });
        var earlier = elements.button("primehub_log_earlier", text("log_earlier"), load_earlier, "btn-link");
        var download = $("<a>").addClass("btn btn-xs btn-default primehub-log-download").text(text("log_download"))
            .attr({href: api.log_address(job_id), download: ""});
        var tools = $("<div>").addClass("primehub-log-tools").attr({role: "group", "aria-label": text("log_tools")})
            .append(
                follow, $("<label>").append(wrap, " ", $("<span>").text(text("log_wrap"))), field,
                tool("fa-chevron-up", text("log_previous"), function () { step(-1); }),
                tool("fa-chevron-down", text("log_next"), function () { step(1); }), found, download
            );

        function set_text(where, sentence) {
            if (where.text() !== sentence) {
                where.text(sentence);
            }
        }

        function show_following(following) {
            follow.attr("aria-pressed", String(following)).text(text(following ? "log_pause" : "log_follow"));
            tell();
        }

        // How it stands, in one line. The number of lines changes all the time and is not said aloud.
        function tell() {
            var count = lines.count();
            var key = standing.state;
            var following = follow.attr("aria-pressed") === "true";
            var values = {count: count.toLocaleString(), why: standing.error && words.describe(standing.error).message};
            if (key === "live" || key === "complete") {
                var part = count >= TAIL && !whole ? "_last" : "";
                key = count === 0 ? key + "_empty" : (key === "live" && !following ? "paused" : key + part);
            } else if (key === "broken" && standing.error && standing.error.message) {
                key = "broken_why";
            }
            said.attr({"data-state": standing.state, "aria-live": said.attr("data-said") === key ? "off" : "polite"})
                .attr("data-said", key);
            var sentence = key === "waiting" || key === "failed" ? "" : text("log_" + key, values);
            set_text(said, [
                standing.source === "kept" && count ? text("log_kept") : "", sentence,
                lines.dropped() ? text("log_dropped", {count: lines.dropped().toLocaleString()}) : ""
            ].filter(Boolean).join(" "));
            earlier.toggle(!whole && count >= TAIL && !lines.dropped());
            tools.add(view.element).toggle(count > 0);
            follow.toggle(standing.state !== "complete" || !following);
        }

        function show_problem(error) {
            var again = elements.button("primehub_log_again", text("log_try_again"), function () {
                place.empty();
                begin();
            });
            // That there is none yet, or none any more, is no failure.
            var box = !error ? [] : (/^log_/.test(error.code) ? notice.make("info", "status").append(
                $("<p>").text(words.describe(error).message), $("<p>").text(words.describe(error).hint)
            ).attr("data-code", error.code) : notice.error_box(error, [again]));
            if (place.attr("data-shown") !== (error ? error.code : "")) {
                place.attr("data-shown", error ? error.code : "").empty().append(box);
            }
        }

        function begin() {
            if (stream) {
                left_at = stream.stop();
            }
            stream = log_stream.follow(function (query, on) { return api.log(job_id, query, on); }, {
                reset: function () {
                    lines.clear();
                    whole = false;
                    search();
                },
                part: function (bytes) {
                    lines.append(bytes);
                    view.changed();
                    if (searching) {
                        searching.more();
                    }
                    tell();
                },
                state: function (state, error, source) {
                    standing = {state: state, error: error, source: source || standing.source};
                    show_problem(state === "waiting" || state === "failed" ? error : null);
                    if (state === "complete" && lines.count() < TAIL) {
                        whole = true;
                    }
                    tell();
                }
            }, left_at);
        }

        function show_found() {
            var count = matches.length;
            set_text(found, !searching ? "" : (!count && looked ? text("log_search_none") : text(
                looked ? "log_search_place" : "log_search_more", {place: match + 1, count: count.toLocaleString()}
            )));
        }

        function search() {
            if (searching) {
                searching.stop();
            }
            searching = null;
            matches = [];
            match = -1;
            view.mark(null);
            looked = false;
            if (field.val()) {
                searching = lines.search(field.val(), function (numbers, over) {
                    matches = numbers;
                    looked = over;
                    if (match < 0) {
                        step(1);
                    }
                    show_found();
                });
            }
            show_found();
        }

        function step(by) {
            if (matches.length) {
                match = (match + by + matches.length) % matches.length;
                view.mark(matches[match]);
                show_found();
            }
        }

        // All of it is fetched, and what is shown found in it: what stands before that is put before it.
        function load_earlier() {
            elements.working(earlier, text("log_earlier_loading"));
            api.whole_log(job_id).then(function (all) {
                var at = all.lastIndexOf(lines.head(HEAD));
                if (at < 0) {
                    elements.working(earlier, null);
                    set_text(said, text("log_earlier_unknown"));
                    return;
                }
                lines.prepend(all.slice(0, Math.max(0, at - 1)), function (count) {
                    elements.working(earlier, null);
                    whole = true;
                    view.moved(at ? count : 0);
                    search();
                    tell();
                });
            }, function (error) {
                elements.working(earlier, null);
                set_text(said, text("log_earlier_failed", {why: words.describe(error).message}));
            });
        }

        written.add_style();
        element.addClass("primehub-log").append(tools, earlier, place, view.element, said);
        show_following(true);
        begin();
        return {
            element: element,
            update: function (job) {
                if (job.phase !== phase && phase !== null && stream) {
                    stream.poke();
                }
                phase = job.phase;
            },
            opened: function () {
                view.changed();
                if (!stream) {
                    begin();
                }
            },
            closed: function () {
                if (stream) {
                    left_at = stream.stop();
                }
                stream = null;
            }
        };
    }

    return {create: create};
});
