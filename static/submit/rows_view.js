// All parameters on the page: rows of rows.js in; a list of them, which stays where somebody types while the server's
// words on it change, out.
define(["jquery", "../ui/elements", "../words/parameters", "./row_view", "./rows"], function (
    $, elements, words, row_view, rows_of
) {
    "use strict";

    var text = words.text;
    // Findings that are told at their row.
    var AT_ROW = ["unknown_parameter", "parameter_type", "parameter_choice"];

    // on: {edited(text): the form would send this now, left(is_entered): the focus has gone from a row,
    // replace(text): the rows of this are wanted instead}
    // → {element, show(parameters, anew), text(), fault(error or null, quiet) → whether it is told here,
    // findings(found) → those that are not told here, focus(name or null), count(), add: a button for one more}
    function make(id, label, on) {
        var rows = [];
        var views = [];
        var shape = null;
        var faulty = null;
        var count = 0;
        var list = $("<div>").attr({id: id, role: "group", "aria-label": label});
        var add = elements.button(id + "_add", text("rows_add"), function () {
            rows.push(rows_of.empty());
            draw();
            views[views.length - 1].focus();
        }, "btn-default btn-xs");
        var element = $("<div>").addClass("primehub-rows").append(list);

        function edited() {
            on.edited(rows_of.text_of(rows));
        }

        function remove(row) {
            var at = rows.indexOf(row);
            rows.splice(at, 1);
            draw();
            edited();
            (views[Math.min(at, views.length - 1)] || {focus: function () { add.trigger("focus"); }}).focus();
        }

        // What was typed under another name.
        function use(row, name) {
            var others = rows.filter(function (each) { return each !== row && each.name !== name; });
            on.replace(rows_of.text_of(others.concat(Object.assign({}, row, {name: name}))), name);
        }

        function view_of(row) {
            count += 1;
            return row_view.make(row, id + "_" + count, {
                edited: edited, left: on.left, remove: function () { remove(row); },
                use: function (name) { use(row, name); }
            });
        }

        function draw() {
            faulty = null;
            views = rows.map(view_of);
            list.empty().append(views.map(function (view) { return view.element; }));
        }

        // What decides of the controls; where it is the same, they stay.
        function shape_of(list_of_rows) {
            return JSON.stringify(list_of_rows.map(function (row) {
                var parameter = row.parameter;
                return row.free ? [rows.indexOf(row)] : [
                    row.name, row.kind, row.base, parameter.type, parameter.choices, parameter.default, parameter.help
                ];
            }));
        }

        function focused() {
            var at = views.findIndex(function (view) { return view.element[0].contains(document.activeElement); });
            return at < 0 ? null : rows[at].name;
        }

        // `anew`: whether these are values from elsewhere, and not what the rows have sent.
        function show(parameters, anew) {
            var now = rows_of.renewed(anew ? [] : rows, parameters);
            var shape_now = shape_of(now);
            if (!anew && shape_now === shape && now.length === rows.length) {
                now.forEach(function (row, n) { Object.assign(rows[n], row); });
                views.forEach(function (view) {
                    view.put();
                    view.update();
                });
            } else {
                var where = focused();
                rows = now;
                draw();
                if (where !== null) {
                    focus(where);
                }
            }
            shape = shape_of(rows);
        }

        function focus(name) {
            var at = rows.map(function (row) { return rows_of.name_of(row); }).indexOf(name);
            (views[at] || faulty || views[0] || {focus: function () { add.trigger("focus"); }}).focus();
        }

        function fault(error, quiet) {
            var name = error && error.values && error.values.parameter;
            faulty = null;
            rows.forEach(function (row, n) {
                var is_here = typeof name === "string" && !faulty && row.given && rows_of.name_of(row) === name;
                views[n].fault(is_here ? words.describe(error) : null,
                    quiet && views[n].is_entered());
                faulty = is_here ? views[n] : faulty;
            });
            return !!faulty;
        }

        function findings(found) {
            rows.forEach(function (row, n) {
                views[n].findings(found.filter(function (each) { return is_at(each, row); }));
            });
            return found.filter(function (each) {
                return !rows.some(function (row) { return is_at(each, row); });
            });
        }

        function is_at(finding, row) {
            return AT_ROW.indexOf(finding.code) >= 0 && !!finding.values && finding.values.name === row.name;
        }

        return {
            element: element, add: add, show: show, fault: fault, findings: findings, focus: focus,
            text: function () { return rows_of.text_of(rows); },
            count: function () { return rows.length; }
        };
    }

    return {make: make};
});
