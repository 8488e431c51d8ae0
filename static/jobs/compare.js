// A job beside another run of its notebook: the job in; which run somebody chooses, and what differs between the two,
// cell by cell, out. Only the differences, until all is wanted.
define([
    "jquery", "../api", "../ui/elements", "../ui/notice", "../words/compare", "../words/times", "./cell_pair",
    "./differences", "./job", "./listing", "./parameter_text", "./pieces"
], function (
    $, api, elements, notice, words, times, cell_pair,
    differences, job_of, listing, parameter_text, pieces
) {
    "use strict";

    var text = words.text;
    var CHOSEN_AFTER = 300; // ms: arrows go through the runs one by one
    var LONGEST_VALUE = 300;
    var LONGEST_GIVEN = 40; // characters of parameters in the list of runs

    function run_label(job, now) {
        var given = parameter_text.of(job);
        var created = times.read(job.create_time);
        return text(given ? "compare_run_given" : "compare_run", {
            mark: job_of.MARKS[job_of.state(job)], name: job_of.name(job),
            given: given.length > LONGEST_GIVEN ? given.slice(0, LONGEST_GIVEN - 1) + "…" : given,
            when: created ? times.ago(created, now) : job.id
        });
    }

    // The run before this one, that came to an end of its own if there is one that has.
    function likeliest(job, others) {
        var before = others.filter(function (each) { return each.create_time < job.create_time; });
        return before.filter(function (each) {
            return ["succeeded", "failed"].indexOf(job_of.state(each)) >= 0;
        })[0] || before[0] || others[0];
    }

    function shortened(value) {
        return value.length > LONGEST_VALUE ? value.slice(0, LONGEST_VALUE - 1) + "…" : value;
    }

    function value_cell(row, side) {
        var value = row.values[side];
        return $("<td>").attr("role", "cell").append(
            value === null ? $("<span>").addClass("text-muted")
                .text(text(row.code ? "compare_not_given" : "compare_unknown"))
                : $(row.code ? "<code>" : "<span>").attr("title", shortened(value) === value ? null : value)
                    .text(shortened(value))
        );
    }

    function head_cell(job) {
        return $("<th>").attr({role: "columnheader", scope: "col"}).append(
            $("<div>").addClass("primehub-break").text(job_of.name(job)), pieces.state(job), " ",
            pieces.moment(job.start_time || job.create_time, Date.now()).addClass("text-muted")
        );
    }

    function facts(answer, all) {
        var shown = differences.rows(answer, Date.now()).filter(function (row) {
            return all || row.differs || row.always;
        });
        return $("<table>").addClass("table primehub-compared").attr({
            role: "table", "aria-label": text("compare_table")
        }).append(
            $("<thead>").attr("role", "rowgroup").append($("<tr>").attr("role", "row").append(
                $("<th>").attr({role: "columnheader", scope: "col"})
                    .append($("<span>").addClass("sr-only").text(text("compare_fact"))),
                answer.jobs.map(head_cell)
            )),
            $("<tbody>").attr("role", "rowgroup").append(shown.map(function (row) {
                return $("<tr>").attr("role", "row").toggleClass("primehub-compared-differs", row.differs).append(
                    $("<th>").attr({role: "rowheader", scope: "row"})
                        .append($(row.code ? "<code>" : "<span>").text(row.label)),
                    [0, 1].map(function (side) { return value_cell(row, side); })
                );
            }))
        );
    }

    function summary(answer) {
        if (differences.is_equal(answer, Date.now())) {
            return text("compare_equal");
        }
        var count = differences.differing(answer);
        return count ? words.plural("compare_differ", count) : text("compare_cells_equal");
    }

    // → {element, focus(), close()}
    function make(job) {
        var open = true;
        var asked = 0;
        var timer = null;
        var others = [];
        var answer = null;
        var select = $("<select>").addClass("form-control input-sm").attr("id", "primehub_compare_run");
        var older = elements.button("primehub_compare_older", text("compare_older"), function () { runs.more(); });
        var choice = $("<div>").addClass("primehub-compare-choice").append(
            $("<label>").attr("for", "primehub_compare_run").text(text("compare_with", {name: job_of.name(job)})),
            select, older
        ).hide();
        var all = $("<input>").attr({type: "checkbox", id: "primehub_compare_all"})
            .on("change", function () { draw(); });
        var said = $("<p>").attr({id: "primehub_compare_said", role: "status"});
        var place = $("<div>").attr("id", "primehub_compare_place");
        var element = $("<div>").attr("id", "primehub_compare").append(choice, said, place);

        function look_again() {
            return elements.button("primehub_compare_again", text("compare_again"), function () { ask(true); });
        }

        function problem_notes() {
            return answer.problems.map(function (problem, side) {
                return problem && notice.make("warning", "status").append($("<p>").text(text("compare_missing", {
                    name: job_of.name(answer.jobs[side]), hint: words.describe(problem).hint
                })));
            }).concat(answer.jobs.filter(function (each) { return !job_of.is_over(each); }).map(function (each) {
                return notice.make("info", "status").append($("<p>").text(text("compare_live", {
                    name: job_of.name(each), time: times.clock(answer.at)
                })));
            })).filter(Boolean);
        }

        function draw() {
            var names = answer.jobs.map(job_of.name);
            var whole = all.prop("checked");
            var pairs = (answer.cells || []).filter(function (pair) { return whole || pair.differs.length; });
            var notes = problem_notes();
            var had = document.activeElement === all[0];
            said.text(answer.cells ? summary(answer) : "");
            place.children().detach();
            place.append(
                notes, notes.length ? $("<p>").addClass("primehub-compare-again").append(look_again()) : null,
                facts(answer, whole),
                $("<div>").addClass("primehub-compare-line").append(
                    $("<label>").addClass("primehub-choice").append(all, $("<span>").text(text("compare_all"))),
                    answer.nbdime ? elements.link(answer.nbdime, text("compare_nbdime"))
                        .attr("id", "primehub_compare_nbdime") : null
                ),
                pairs.length ? $("<ol>").addClass("primehub-pairs").attr("aria-label", text("compare_cells"))
                    .append(pairs.map(function (pair) { return cell_pair.make(pair, names); })) : null,
                answer.cells_left ? $("<p>").addClass("text-muted")
                    .text(text("compare_cells_left", {count: answer.cells.length})) : null
            );
            if (had) {
                all.trigger("focus");
            }
        }

        // `again`: of the same two, whose comparison stays in sight meanwhile.
        function ask(again) {
            var number = ++asked;
            if (again) {
                elements.working(place.find("#primehub_compare_again"), text("compare_working"));
            } else {
                said.text("");
                place.children().detach();
                place.append(elements.waiting(text("compare_working")));
            }
            api.comparison(job.id, select.val()).then(function (compared) {
                if (open && number === asked) {
                    answer = Object.assign({at: new Date()}, compared);
                    draw();
                    if (again) {
                        select.trigger("focus");
                    }
                }
            }, function (error) {
                if (open && number === asked) {
                    place.children().detach();
                    place.append(notice.error_box(error, [look_again().text(text("try_again"))]));
                }
            });
        }

        function show_runs(now) {
            var fresh = (now.jobs || []).filter(function (each) { return each.id !== job.id; });
            var first = !others.length;
            older.toggle(now.more).prop("disabled", now.loading);
            if (now.error && first) {
                place.empty().append(notice.error_box(now.error, [
                    elements.button("primehub_compare_runs_again", text("try_again"), function () { runs.reload(); })
                ]));
            } else if (!fresh.length) {
                choice.toggle(now.more && !now.loading);
                place.empty().append(now.loading || !now.jobs ? elements.waiting(text("compare_looking"))
                    : $("<div>").addClass("primehub-empty").attr("role", "status").append(
                        $("<p>").append($("<strong>").text(text("compare_none"))),
                        $("<p>").text(text("compare_none_hint"))
                    ));
            } else {
                var chosen = first ? likeliest(job, fresh).id : select.val();
                others = fresh;
                elements.fill_select(select, others.map(function (each) {
                    return {value: each.id, label: run_label(each, Date.now())};
                }), chosen);
                choice.show();
                if (first) {
                    select.trigger("focus");
                    ask(false);
                }
            }
        }

        select.on("change", function () {
            window.clearTimeout(timer);
            timer = window.setTimeout(function () { ask(false); }, CHOSEN_AFTER);
        });
        var runs = listing.create(api, show_runs);
        runs.choose({notebook: job.notebook_path, mine: false, user: null, state: "", search: ""});
        return {
            element: element,
            close: function () {
                open = false;
                window.clearTimeout(timer);
                runs.close();
            }
        };
    }

    return {make: make};
});
