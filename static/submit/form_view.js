// The job form on the page: what the server says of the notebook, and the values to begin with, in; the form, what is
// typed into it, and where to say what is wrong, out.
define([
    "jquery", "../ui/elements", "../ui/field", "../ui/fold", "../ui/notice", "../words/findings", "./findings",
    "./form", "./options", "./parameters"
], function ($, elements, field, fold, notice, words, findings, job_form, options, parameters) {
    "use strict";

    var text = words.text;
    var UNITS = ["minutes", "hours"];

    function text_input(value) {
        return $("<input>").addClass("form-control").attr({type: "text", autocomplete: "off"}).val(value);
    }

    function select() {
        return $("<select>").addClass("form-control");
    }

    // --- fields ----------------------------------------------------------------------------------------------------

    // The two selects: which images can be chosen hangs on the instance type. Beside that, what the quota leaves.
    function make_choices(resources, values) {
        var quota = $("<span>").addClass("primehub-quota text-muted").attr("id", "primehub_quota")
            .text(options.quota_text(resources));
        var types = select();
        var instance_type = field.make({
            id: "primehub_instance_type", label: text("instance_type"), required: true, control: types,
            around: $("<div>").addClass("primehub-beside").append(types, quota)
        });
        types.attr("aria-describedby", types.attr("aria-describedby") + " primehub_quota");
        var image = field.make({id: "primehub_image", label: text("image"), required: true, control: select()});

        elements.fill_select(types, options.instance_options(resources), values.instance_type);
        instance_type.help(options.instance_help(resources, values.instance_type));
        elements.fill_select(
            image.control, options.image_options(resources, values.instance_type), values.image
        );
        types.on("change", function () {
            var change = options.change_instance(resources, this.value, image.control.val());
            instance_type.help(options.instance_help(resources, this.value));
            elements.fill_select(image.control, options.image_options(resources, this.value), change.image);
            image.help(change.notice);
            image.fault(null);
        });
        image.control.on("change", function () { image.help(""); });
        return {instance_type: instance_type, image: image};
    }

    function make_time_limit(resources, values) {
        var unit = $("<select>").addClass("form-control").attr({
            id: "primehub_timeout_unit", "aria-label": text("time_unit")
        });
        elements.fill_select(unit, UNITS.map(function (name) {
            return {value: name, label: text(name), disabled: false};
        }), values.timeout_unit);
        var timeout = text_input(values.timeout).attr("inputmode", "decimal");
        var time_limit = field.make({
            id: "primehub_timeout", label: text("time_limit"), control: timeout,
            around: $("<div>").addClass("primehub-time").append(timeout, unit), help: job_form.time_help(resources)
        });
        time_limit.unit = unit;
        time_limit.fold = fold.make("primehub_time_limit", $("<div>").append(time_limit.row));

        function summarize() {
            time_limit.fault(null);
            time_limit.fold.label(job_form.time_summary(resources, timeout.val(), unit.val()));
        }
        timeout.add(unit).on("input change", summarize);
        summarize();
        return time_limit;
    }

    // While it is the name that was suggested, typing replaces it.
    function make_name(suggested) {
        var control = text_input(suggested).on("focus", function () {
            if (control.val() === suggested) {
                control.trigger("select").one("mouseup", function (event) { event.preventDefault(); });
            }
        });
        return field.make({id: "primehub_job_name", label: text("job_name"), required: true, control: control});
    }

    // By the names that the server has for them.
    function make_fields(given, on_offer) {
        var resources = given.resources;
        var values = given.values;
        var choices = make_choices(resources, values);
        var fields = {
            instance_type: choices.instance_type,
            image: choices.image,
            display_name: make_name(values.display_name),
            parameters: parameters.make({
                value: values.parameters, notebook: given.notebook, values_from: given.values_from
            }, on_offer),
            timeout_seconds: make_time_limit(resources, values)
        };
        ["instance_type", "image", "display_name"].forEach(function (name) {
            fields[name].control.on("input change", function () { fields[name].fault(null); });
        });
        return fields;
    }

    // --- what is known of the notebook -----------------------------------------------------------------------------

    function path_fact(label, id, path) {
        return [$("<dt>").text(label), $("<dd>").append($("<code>").addClass("primehub-path").attr("id", id)
            .text(path || ""))];
    }

    // The notebook's folder within the group volume.
    function folder_of(notebook) {
        return (notebook.path || "").split("/").slice(0, -1).join("/") || notebook.working_directory || "";
    }

    // Those about parameters and quotas are at their fields. That it is read-only, only the browser's host knows.
    function about_notebook(found, read_only) {
        return (read_only ? [{severity: "warning", code: "notebook_read_only"}] : []).concat(
            (found || []).filter(function (finding) {
                return !parameters.is_about_parameters(finding) && !options.is_about_quota(finding);
            })
        );
    }

    // --- the form --------------------------------------------------------------------------------------------------

    // given: {notebook, resources: as the server tells; values: to begin with; in_doubt: whether an earlier attempt may
    // have reached PrimeHub; unsaved: whether there is something to save first; read_only: whether it cannot be;
    // values_from: as values_menu.js has it}.
    // on: {change(): something was typed or chosen, submit(): it is to be sent, show(finding): its cell is to be seen,
    // mended(findings, whether they are fixed now): in the open notebook}
    // → {form, note: for the footer, submit: its button, first: where the focus goes, findings: where they begin,
    // values(), lock(words or null), checked(answer or null: as check.js has it), show_faults(faults),
    // ask(errors, buttons), show_error(failure, buttons, in_doubt)}
    function make(given, on) {
        function on_mended(changed, is_fixed) {
            error_place.empty(); // a question about them
            note.text(text("saved_first"));
            on.mended(changed, is_fixed);
        }
        var fields = make_fields(given, on_mended);
        var facts = $("<dl>").addClass("primehub-facts").append(
            path_fact(text("working_directory"), "primehub_working_directory", given.notebook.working_directory),
            path_fact(text("output"), "primehub_output", given.notebook.output)
        );
        var found = findings.block("primehub_findings", {show: on.show, changed: on_mended});
        var error_place = $("<div>").attr("id", "primehub_submit_error");
        var places = fold.make("primehub_places", facts);
        places.label(text("runs_in", {folder: folder_of(given.notebook)}));
        var time_limit = fields.timeout_seconds.fold;
        var folds = $("<div>").addClass("primehub-folds").append(
            $("<div>").append(time_limit.toggle, places.toggle), time_limit.body, facts
        );
        var note = $("<p>").addClass("text-muted pull-left primehub-unsaved")
            .text(given.unsaved && !given.read_only ? text("saved_first") : "");
        var form = $("<form>").attr({novalidate: "", autocomplete: "off"}).append(
            fields.display_name.row, fields.instance_type.row, fields.image.row, fields.parameters.row, folds,
            found.element, error_place
        );
        if (given.in_doubt) {
            form.prepend(notice.make("warning", "status").attr("id", "primehub_resumed").text(text("resumed")));
        }
        var submit = elements.button("primehub_submit_button", text("submit"), function () {
            form.trigger("submit");
        }, "btn-primary");
        // The footer is outside the form, and a form with two fields submits by Enter only when it has a button.
        form.append($("<button>").attr({type: "submit", tabindex: "-1", "aria-hidden": "true"}).addClass("hidden"));
        form.on("input change", on.change).on("submit", function (event) {
            event.preventDefault();
            on.submit();
        });
        found.show(about_notebook(given.notebook.findings, given.read_only));

        function values() {
            return {
                instance_type: fields.instance_type.control.val(), image: fields.image.control.val(),
                display_name: fields.display_name.control.val(), parameters: fields.parameters.control.val(),
                timeout: fields.timeout_seconds.control.val(), timeout_unit: fields.timeout_seconds.unit.val()
            };
        }

        // What goes on, while nothing may be changed; null when the form is usable again.
        function lock(doing) {
            error_place.empty();
            elements.working(submit, null);
            elements.working(submit, doing);
            form.find("input, select, textarea, .primehub-parameters button, .primehub-findings button")
                .prop("disabled", !!doing);
        }

        function checked(answer) {
            fields.parameters.checked(answer);
            found.show(about_notebook((answer || given.notebook).findings, given.read_only));
        }

        function show_fault(fault) {
            fields[fault.field].fault(Object.assign(words.describe(fault), {values: fault.values}));
            if (fields[fault.field].fold) {
                fields[fault.field].fold.unfold();
            }
        }

        function focus_on(fault) {
            var field_of = fields[fault.field];
            if (field_of.focus) {
                field_of.focus(fault);
            } else {
                field_of.control.trigger("focus");
            }
        }

        // What is known to be wrong, top to bottom; what had been wrong before is gone.
        function show_faults(faults) {
            error_place.empty();
            Object.keys(fields).forEach(function (name) { fields[name].fault(null); });
            faults.forEach(show_fault);
            if (faults.length) {
                focus_on(faults[0]);
            }
        }

        // Puts a box at the end, and the focus into it.
        function put(box, focus) {
            error_place.empty().append(box);
            focus.trigger("focus");
            box[0].scrollIntoView({block: "nearest"});
        }

        // Before it is sent: whether it is to be sent with these errors. The first button is the safe one.
        function ask(errors, buttons) {
            var box = notice.make("danger", "alert").attr("id", "primehub_errors").append(
                $("<p>").addClass("primehub-error-message").text(text("errors_title")),
                $("<ul>").append(errors.map(function (error) {
                    return $("<li>").append(findings.sentence(error));
                })),
                $("<p>").addClass("primehub-choices").append(buttons)
            );
            put(box, buttons[0]);
        }

        // At its field, when it has one here; else in a box with the buttons.
        function show_error(error, buttons, in_doubt) {
            lock(null);
            if (!in_doubt) {
                form.find("#primehub_resumed").remove();
            }
            if (error.field && Object.prototype.hasOwnProperty.call(fields, error.field)) {
                show_fault(error);
                focus_on(error);
                return;
            }
            var box = notice.error_box(error, buttons);
            if (in_doubt && error.code !== "submission_unknown") {
                box.append($("<p>").text(text("resumed")));
            }
            put(box, box);
        }

        return {
            form: form, note: note, submit: submit, first: fields.display_name.control, findings: found.title,
            values: values, lock: lock, checked: checked, show_faults: show_faults, ask: ask, show_error: show_error
        };
    }

    return {make: make};
});
