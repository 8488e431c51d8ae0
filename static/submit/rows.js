// Parameters as rows, without a page: what the server says of each parameter in; what its control holds, and the text
// that the form sends for what was changed, out. The server alone reads that text: a row holds a piece of it.
define([], function () {
    "use strict";

    var NULL = "null";
    // What no text field can hold as it is; a new line can be in a larger one.
    var UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f\u0085\u2028\u2029]/;
    // In a value without quotes it would begin another parameter.
    var ANOTHER = /[;\n\r]|^=|\s[^\W\d]\w*\s*=(?!=|$)/;

    // The type of a parameter → its control.
    var KINDS = {bool: "bool", int: "number", float: "number", str: "text", list: "json", dict: "json"};

    function is_declared(parameter) {
        return typeof parameter.default === "string";
    }

    function can_be_null(parameter) {
        return parameter.nullable || parameter.default === NULL || parameter.expression;
    }

    function natural_kind(parameter) {
        if (!is_declared(parameter)) {
            return "typed";
        }
        if (parameter.choices || (parameter.type === "bool" && can_be_null(parameter))) {
            return "choice";
        }
        return KINDS[parameter.type] || "typed";
    }

    function is_seen(value) {
        return typeof value === "string" && !UNSEEN.test(value);
    }

    // Whether such a control can hold a value, as JSON has it.
    function can_hold(kind, value) {
        return {
            number: typeof value === "number", bool: typeof value === "boolean", text: is_seen(value),
            json: typeof value === "object" && value !== null, choice: true, typed: true
        }[kind];
    }

    function kind_of(parameter) {
        var kind = natural_kind(parameter);
        var has_own = is_declared(parameter) && !parameter.expression && parameter.default !== NULL;
        var fits = (!has_own || can_hold(kind, parameter.default_value)) &&
            (!parameter.changed || can_hold(kind, parameter.value));
        return fits ? kind : "typed";
    }

    // What the control holds while nothing is given: of an expression, and of null but for a choice, that is nothing.
    function base_of(parameter, kind) {
        if (!is_declared(parameter) || parameter.expression) {
            return "";
        }
        if (parameter.default === NULL) {
            return kind === "choice" ? NULL : "";
        }
        return kind === "text" ? parameter.default_value : parameter.default;
    }

    // {text, value} of each choice, in its order: the notebook's own way first where it is an expression, and last what
    // is given all the same.
    function choices_of(parameter, content) {
        var listed = (parameter.choices || [{text: "true", value: true}, {text: "false", value: false}]).slice();
        if (parameter.expression) {
            listed.unshift({text: "", value: parameter.default});
        } else if (can_be_null(parameter)) {
            listed.push({text: NULL, value: null});
        }
        [
            {text: parameter.default, value: parameter.default_value},
            {text: content, value: content === parameter.text ? parameter.value : content}
        ].forEach(function (own, n) {
            var is_listed = listed.some(function (each) { return each.text === own.text; });
            if (!is_listed && !(n === 0 && parameter.expression)) {
                listed.push(own);
            }
        });
        return listed;
    }

    function make(parameter) {
        var kind = kind_of(parameter);
        var base = base_of(parameter, kind);
        var given = parameter.changed ? (kind === "text" ? parameter.value : parameter.text) : base;
        return {
            name: parameter.name, parameter: parameter, kind: kind, base: base, content: given,
            given: !!parameter.changed, free: !is_declared(parameter)
        };
    }

    // One that the notebook does not have, to be filled in.
    function empty() {
        return {
            name: "", parameter: {name: "", type: null, default: null}, kind: "typed", base: "", content: "",
            given: false, free: true
        };
    }

    // Only what differs from the notebook's own is given; what is emptied is the notebook's own again, but for text.
    function edit(row, content) {
        row.content = content;
        if (row.free) {
            row.given = row.name !== "" || content !== "";
        } else {
            row.given = content !== row.base && (row.kind === "text" || content.trim() !== "");
        }
    }

    function rename(row, name) {
        row.name = name.trim();
        edit(row, row.content);
    }

    function reset(row) {
        row.content = row.base;
        row.given = false;
    }

    // Where the quoted text, the list or the dict that a text begins with ends, as the server reads it: its length, or
    // -1 where it is not closed.
    function end_of(typed) {
        var depth = 0;
        var quote = null;
        for (var at = 0; at < typed.length; at += 1) {
            var each = typed[at];
            if (quote) {
                at += each === "\\" ? 1 : 0;
                quote = each === quote ? null : quote;
            } else if (each === "\"" || each === "'") {
                quote = each;
            } else {
                depth += ("[{".indexOf(each) >= 0 ? 1 : 0) - ("]}".indexOf(each) >= 0 ? 1 : 0);
            }
            if (!quote && depth <= 0) {
                return at + 1;
            }
        }
        return -1;
    }

    // What stands after the "=", and whether it is closed. What would go on as another parameter is text.
    function entry(row) {
        var typed = row.content.trim();
        if (row.kind === "text") {
            return {text: JSON.stringify(row.content), closed: true};
        }
        if ("\"'[{".indexOf(typed[0]) < 0) {
            return {text: ANOTHER.test(typed) ? JSON.stringify(typed) : typed, closed: true};
        }
        var end = end_of(typed);
        return {text: end < 0 || end === typed.length ? typed : JSON.stringify(typed), closed: end >= 0};
    }

    // A name as the server will have read it.
    function name_of(row) {
        return row.name.replace(/[=;\n\r]/g, " ").trim();
    }

    // What is not closed comes last, and one at a time, or it would hold what comes after it.
    function text_of(rows) {
        var open = [];
        var entries = rows.filter(function (row) { return row.given; }).map(function (row) {
            var said = entry(row);
            var text = name_of(row) + "=" + said.text;
            if (!said.closed) {
                open.push(text);
            }
            return said.closed ? text : null;
        }).filter(Boolean);
        return entries.concat(open.slice(0, 1)).join("; ");
    }

    function named(list, name) {
        return list.filter(function (each) { return each.name === name; })[0] || null;
    }

    // The server's newest word on the rows that are there, or on none: what somebody has typed stays as it was typed.
    // First what the notebook has, in its order, then what it has not.
    function renewed(rows, parameters) {
        var declared = parameters.filter(is_declared).map(function (parameter) {
            var before = named(rows, parameter.name);
            var row = make(parameter);
            if (before && before.kind === row.kind && (before.given ? row.given : before.base === row.base)) {
                row.content = before.content;
            }
            return row;
        });
        var others = parameters.filter(function (parameter) { return !is_declared(parameter); });
        var free = rows.filter(function (row) { return row.free && !named(declared, name_of(row)); });
        free.forEach(function (row) {
            row.parameter = named(others, name_of(row)) || Object.assign({}, row.parameter, {type: null});
        });
        var names = free.map(name_of);
        return declared.concat(free, others.filter(function (parameter) {
            return names.indexOf(parameter.name) < 0;
        }).map(make));
    }

    return {
        make: make, empty: empty, edit: edit, rename: rename, reset: reset, entry: entry, name_of: name_of,
        text_of: text_of, choices_of: choices_of, renewed: renewed
    };
});
