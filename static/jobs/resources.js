// The tab "Resources": a job's id in; what it used of what it may use, as plots with their numbers, and what that says
// of the instance type, out.
define([
    "jquery", "../api", "../ui/elements", "../ui/notice", "../words/logs", "./chart", "./written"
], function ($, api, elements, notice, words, chart, written) {
    "use strict";

    var text = words.text;
    var SPANS = ["15m", "1h", "3h", "lifetime"];
    var EVERY = 10000; // ms; PrimeHub's agent writes no more often

    function cores(value) {
        return text("resources_cores", {value: value < 10 ? value.toFixed(2) : value.toFixed(1)});
    }

    function percent(value) {
        return text("resources_percent", {value: Math.round(value)});
    }

    // What of a span is plotted: {name, values, limit, say(value)}.
    function plots_of(span, limits) {
        var plots = [
            {name: text("resources_cpu"), values: span.cpu, limit: limits.cpu, say: cores},
            {name: text("resources_memory"), values: span.memory, limit: limits.memory, say: written.size}
        ];
        span.gpus.forEach(function (gpu) {
            plots.push({
                name: text("resources_gpu", {index: gpu.index}), values: gpu.utilization, limit: 100, say: percent
            }, {
                name: text("resources_gpu_memory", {index: gpu.index}), values: gpu.memory, limit: gpu.memory_total,
                say: written.size
            });
        });
        return plots;
    }

    function facts_of(plot, over) {
        var values = plot.values;
        return [
            text(over ? "resources_last" : "resources_now", {value: plot.say(values[values.length - 1])}),
            text("resources_peak", {value: plot.say(Math.max.apply(null, values))}),
            plot.limit ? text("resources_limit", {value: plot.say(plot.limit)}) : ""
        ].filter(Boolean).join(" · ");
    }

    // The shortest span that has all of a job that has ended; of one that runs, the last quarter of an hour.
    function best_span(spans) {
        function beginning(name) {
            return spans[name].time.length ? spans[name].time[0] : Infinity;
        }
        var first = Math.min.apply(null, SPANS.map(beginning));
        return SPANS.find(function (name) { return beginning(name) <= first + 1; }) || SPANS[0];
    }

    // element: an empty one, which is filled. → {element, update(job), opened(), closed()}
    function create(element, job_id) {
        var chosen = null;
        var answer = null;
        var phase = null;
        var timer = null;
        var asked = 0;
        var looked_at = true;
        var place = $("<div>");
        var stale = $("<p>").addClass("text-muted primehub-resources-stale").attr("role", "status");

        function span_buttons() {
            return $("<div>").addClass("btn-group btn-group-xs primehub-spans")
                .attr({role: "group", "aria-label": text("resources_span")}).append(SPANS.map(function (name) {
                    return $("<button>").addClass("btn btn-default").toggleClass("active", name === chosen)
                        .attr({type: "button", "aria-pressed": String(name === chosen), "data-span": name})
                        .text(text("resources_span_" + name)).on("click", function () {
                            chosen = name;
                            show();
                            place.find("[data-span=" + name + "]").trigger("focus");
                        });
                }));
        }

        function plot(of) {
            var facts = facts_of(of, answer.over);
            var label = text("resources_plot", {name: of.name, time: text("resources_span_" + chosen), facts: facts});
            return $("<figure>").addClass("primehub-plot").append(
                $("<figcaption>").append($("<strong>").text(of.name), " ", $("<span>").text(facts)),
                chart.make({label: label, time: answer.spans[chosen].time, values: of.values, limit: of.limit})
            );
        }

        function show() {
            var span = answer.spans[chosen];
            var had_focus = place.find(document.activeElement).attr("data-span");
            place.empty().append(
                (answer.note ? [answer.note] : []).concat(answer.advice).map(function (said) {
                    return notice.make("info", "note").attr("data-code", said.code).text(said.message);
                }),
                answer.peak ? span_buttons() : [],
                span.time.length ? plots_of(span, answer.limits).map(plot)
                    : (answer.peak ? $("<p>").text(text("resources_empty")) : []),
                answer.limits.instance_type ? $("<p>").addClass("text-muted").text(text("resources_of", {
                    name: answer.limits.instance_type
                })) : []
            );
            if (had_focus) {
                place.find("[data-span=" + had_focus + "]").trigger("focus");
            }
        }

        function plan() {
            window.clearTimeout(timer);
            if (looked_at && !(answer && answer.over)) {
                timer = window.setTimeout(load, EVERY);
            }
        }

        function load() {
            var mine = asked += 1;
            window.clearTimeout(timer);
            api.monitoring(job_id).then(function (now) {
                if (mine === asked) {
                    answer = now;
                    chosen = chosen || best_span(answer.spans);
                    stale.empty();
                    show();
                    plan();
                }
            }, function (error) {
                if (mine !== asked) {
                    return;
                }
                if (answer) {
                    stale.text(text("resources_stale", {why: words.describe(error).message}));
                    plan();
                } else {
                    place.empty().append(notice.error_box(error, [
                        elements.button("primehub_resources_again", text("try_again"), load)
                    ]));
                }
            });
        }

        written.add_style();
        element.append(place.append(elements.waiting(text("resources_loading"))), stale);
        load();
        return {
            element: element,
            update: function (job) {
                if (phase !== null && job.phase !== phase && looked_at) {
                    load();
                }
                phase = job.phase;
            },
            opened: function () {
                if (!looked_at) {
                    looked_at = true;
                    load();
                }
            },
            closed: function () {
                looked_at = false;
                asked += 1;
                window.clearTimeout(timer);
            }
        };
    }

    return {create: create, best_span: best_span};
});
