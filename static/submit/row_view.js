// One parameter on the page: a row of rows.js in; its name, its control, what is known of it, and a place for what is
// wrong with it, out.
define([
    "jquery", "../ui/elements", "../words/parameters", "./rows"
], function ($, elements, words, rows) {
    "use strict";

    var text = words.text;
    var SHOWN = 600; // characters of a default in a tooltip

    function type_text(type) {
        return text("type_" + (type || "any"));
    }

    // The default as one reads it: text without its quotes, where it has a kind of its own and can be seen so.
    function default_text(row) {
        var parameter = row.parameter;
        var value = parameter.default_value;
        return row.kind !== "typed" && typeof value === "string" && value !== "null" && /^\S(?:.*\S)?$/.test(value)
            ? value : parameter.default;
    }

    // A name that may go on in another line behind each of its underscores.
    function name_in_lines(name) {
        var lines = $("<bdi>");
        (name.match(/_*[^_]+_*|_+/g) || []).forEach(function (part, n) {
            lines.append(n ? $("<wbr>") : null, document.createTextNode(part));
        });
        return lines;
    }

    // --- controls --------------------------------------------------------------------------------------------------

    // A step that is as fine as the default: 0.1 for 0.5, 1 for 3.
    function step_of(parameter) {
        var digits = /^-?[0-9]+\.([0-9]+)(?:e([-+][0-9]+))?$/.exec(parameter.default || "");
        if (parameter.type === "int" || !digits || /^0*$/.test(digits[1]) && !digits[2]) {
            return parameter.type === "int" ? "1" : "any";
        }
        return Number("1e" + (Number(digits[2] || 0) - digits[1].length)).toString();
    }

    function text_input(row) {
        var placeholder = row.base === "" && row.parameter.default ? row.parameter.default : "";
        return $("<input>").attr({type: "text", autocomplete: "off", spellcheck: "false", placeholder: placeholder});
    }

    var CONTROLS = {
        number: function (row) {
            return $("<input>").attr({
                type: "number", step: step_of(row.parameter), autocomplete: "off", value: row.base,
                placeholder: row.parameter.default
            });
        },
        bool: function () { return $("<input>").attr("type", "checkbox"); },
        choice: function (row) {
            return elements.fill_select($("<select>"), rows.choices_of(row.parameter, row.content).map(function (each) {
                var label = typeof each.value === "string" ? each.value : each.text;
                return {
                    value: each.text, disabled: false,
                    label: each.text === "" ? text("rows_own", {default: label}) : label
                };
            }), row.content);
        },
        text: function (row) {
            return /\n/.test(row.base + row.content) ? $("<textarea>").attr({rows: 3, spellcheck: "false"})
                : text_input(row);
        },
        json: function (row) {
            var lines = Math.min(4, Math.ceil(row.content.length / 24));
            return $("<textarea>").attr({
                rows: Math.max(1, lines), spellcheck: "false", placeholder: row.parameter.default
            });
        },
        typed: text_input
    };

    // --- the row ---------------------------------------------------------------------------------------------------

    // `id`: unlike any other's. on: {edited(): the row holds something else now; left(is_entered): the focus has gone
    // elsewhere, remove(), use(name): what it holds is meant for that parameter}
    // → {element, focus(), update(): what the server says of it, fault(error or null, quiet),
    // findings([finding]), put(): what it holds into its control, is_entered(): whether somebody types there}
    function make(row, id, on) {
        var is_bool = row.kind === "bool";
        var control = CONTROLS[row.kind](row).attr("id", id);
        var note = $("<span>").addClass("primehub-row-type").attr("id", id + "_type");
        var otherwise = $("<span>").addClass("primehub-row-default").attr("id", id + "_default");
        var help = $("<div>").addClass("primehub-row-help").attr("id", id + "_help");
        var wrong = $("<div>").addClass("help-block primehub-fault").attr("id", id + "_error");
        var found = $("<div>").addClass("primehub-row-found").attr({id: id + "_found", role: "status"});
        var word = is_bool ? $("<span>").attr("aria-hidden", "true") : null;
        var named = row.free
            ? $("<input>").addClass("form-control input-sm").attr({
                type: "text", autocomplete: "off", spellcheck: "false", id: id + "_name",
                "aria-label": text("rows_name"), placeholder: text("rows_name")
            }).val(row.name)
            : $("<label>").attr({for: id, title: row.parameter.help || row.name}).append(name_in_lines(row.name));
        var back = $("<button>").attr("type", "button").addClass("btn btn-link btn-xs primehub-row-back").append(
            $("<i>").addClass("fa " + (row.free ? "fa-times" : "fa-undo")).attr("aria-hidden", "true"),
            row.free ? null : [" ", $("<bdi>").text(text("rows_default", {default: default_text(row)})),
                $("<span>").addClass("sr-only").text(text("rows_reset_label", {name: row.name}))]
        );
        var element = $("<div>").addClass("primehub-row primehub-row-" + row.kind).attr("data-name", row.name).append(
            $("<div>").addClass("primehub-row-name").append(named),
            $("<div>").addClass("primehub-row-control").append(
                is_bool ? $("<label>").addClass("primehub-row-check").append(control, " ", word)
                    : control.addClass("form-control input-sm")
            ),
            note, $("<span>").addClass("primehub-row-do").append(otherwise, back), help, wrong, found
        );
        var fields = control.add(row.free ? named : null);
        var is_bad = false; // a number field that holds something else than a number
        var shown = "";

        control.attr("aria-describedby", [note, otherwise, help, wrong, found].map(function (each) {
            return each.attr("id");
        }).join(" "));

        function is_entered() {
            return fields.is(document.activeElement);
        }

        function label() {
            if (row.free) {
                control.attr("aria-label", row.name ? text("rows_value_of", {name: row.name}) : text("rows_value"));
                back.attr("aria-label", row.name ? text("rows_remove_label", {name: row.name}) : text("rows_remove"))
                    .attr("title", text("rows_remove"));
            } else {
                back.attr("title", text("rows_back", {default: default_text(row).slice(0, SHOWN)}));
            }
        }

        function mark() {
            var is_changed = row.given && !row.free;
            element.toggleClass("primehub-changed", is_changed);
            back.toggle(row.free || is_changed);
            otherwise.toggle(!row.free && !is_changed);
            if (word) {
                word.text(row.content);
            }
            label();
        }

        function put() {
            if (is_bool) {
                control.prop("checked", row.content === "true");
            } else if (control.val() !== row.content) {
                control.val(row.content);
            }
            mark();
        }

        function hear() {
            is_bad = !!(control[0].validity && control[0].validity.badInput);
            rows.edit(row, is_bool ? String(control.prop("checked")) : control.val());
            row.given = row.given || is_bad; // which the server refuses, for there is no value then
            mark();
            on.edited();
        }

        control.on("input change", function () {
            if (is_bad || (is_bool ? String(control.prop("checked")) : control.val()) !== row.content ||
                (control[0].validity && control[0].validity.badInput)) {
                hear();
            }
        });
        if (row.free) {
            named.on("input", function () {
                rows.rename(row, named.val());
                element.attr("data-name", row.name);
                label();
                on.edited();
            });
        }
        fields.on("blur", function () { on.left(is_entered); });
        back.on("click", function () {
            if (row.free) {
                on.remove();
                return;
            }
            rows.reset(row);
            is_bad = false;
            control.val(""); // what is no number is taken from the field only so
            put();
            on.edited();
            control.trigger("focus");
        });

        function update() {
            var parameter = row.parameter;
            note.text(row.free && !row.given ? "" : type_text(parameter.type));
            otherwise.empty().append(row.free ? null : $("<bdi>").text(text("rows_default", {
                default: default_text(row)
            }))).attr("title", row.free ? null : default_text(row));
            help.text(parameter.help || "").toggleClass("primehub-row-helped", !!parameter.help);
        }

        // Half a word is not wrong yet.
        function fault(error, quiet) {
            var sentence = !error ? "" : is_bad ? text("rows_bad_number")
                : [error.message, error.hint].filter(Boolean).join(" ");
            var is_error = !!error && !quiet;
            if (sentence === shown && is_error === element.hasClass("has-error")) {
                return;
            }
            shown = sentence;
            element.toggleClass("has-error", is_error);
            control.attr("aria-invalid", is_error ? "true" : null);
            wrong.attr("aria-live", is_error ? "polite" : "off").empty().append(elements.parts(sentence));
        }

        function said_of(finding) {
            var nearest = finding.values && finding.values.nearest;
            var said = words.describe(finding);
            var use = typeof nearest !== "string" ? null : elements.button(null, text("rows_use", {name: nearest}),
                function () { on.use(nearest); }, "btn-default btn-xs");
            return $("<div>").attr("data-finding", finding.code).append(
                $("<i>").addClass("fa fa-exclamation-triangle").attr("aria-hidden", "true"), " ",
                elements.parts([said.message, said.hint].filter(Boolean).join(" ")), " ", use
            );
        }
        var told = "[]";

        function show_findings(list) {
            var now = JSON.stringify(list);
            if (now !== told) {
                told = now;
                found.empty().append(list.map(said_of));
            }
        }

        put();
        update();
        return {
            element: element, update: update, fault: fault, findings: show_findings, put: put, is_entered: is_entered,
            focus: function () { (row.free && !row.name ? named : control).trigger("focus"); }
        };
    }

    return {make: make};
});
