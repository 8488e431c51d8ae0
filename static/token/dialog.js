// The API token prompt: a token typed by a person → checked and kept by the server → a promise of whether one was kept.
// The token is in the password field and in the request, nowhere else; the field is emptied when the dialog closes.
define([
    "jquery", "../api", "../ui/elements", "../ui/field", "../ui/modal", "../ui/notice", "../words/index"
], function ($, api, elements, field, modal, notice, words) {
    "use strict";

    var text = words.text;
    var SOURCES = {prompt: "source_prompt", environment: "source_environment", sdk_file: "source_sdk_file"};

    function state_text(state) {
        if (!state.configured) {
            return text("token_none");
        }
        var who = state.user ? text("token_signed_in", {user: state.user}) : text("token_kept");
        return who + " " + text("token_from", {source: text(SOURCES[state.source] || "source_unknown")});
    }

    // Where tokens are to be had; `session` is null when it could not be asked.
    function source_link(session) {
        var url = session && session.links && session.links.token;
        return elements.safe_url(url) ? elements.link(url, text("token_link")).attr("id", "primehub_token_link")
            : $("<span>").attr("id", "primehub_token_no_link").text(text("token_no_link"));
    }

    // → a promise: true when a token was saved, false when the dialog was closed without.
    function open() {
        var finish;
        var finished = new Promise(function (resolve) { finish = resolve; });
        var saved = false;
        var generation = 0;
        var input = $("<input>").addClass("form-control").attr({
            type: "password", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false",
            "data-lpignore": "true", "data-1p-ignore": ""
        });
        var dialog = modal.open({
            id: "primehub_token_dialog", title: text("token_title"),
            on_close: function () { input.val(""); }
        });
        var token_field = field.make({
            id: "primehub_token_input", label: text("token_label"), control: input, required: true,
            help: text("token_help")
        });
        var state_place = $("<div>").attr("id", "primehub_token_state").append(elements.waiting(text("token_looking")));
        var error_place = $("<div>");
        var source_place = $("<p>").addClass("primehub-token-source");
        var form = $("<form>").attr({novalidate: "", autocomplete: "off"})
            .append(state_place, token_field.row, source_place, error_place);
        var cancel = elements.button("primehub_token_cancel", text("cancel"), function () { dialog.close(); });
        var forget = elements.button("primehub_token_forget", text("token_forget"), on_forget).hide();
        var save = elements.button("primehub_token_save", text("token_save"), function () {
            form.trigger("submit");
        }, "btn-primary");

        function show_state(state) {
            state_place.empty().append($("<p>").attr("role", "status").text(state_text(state)));
            if (state.problem) {
                state_place.append(notice.error_box(state.problem));
            }
            forget.toggle(state.source === "prompt");
        }
        function show_error(error) {
            error_place.empty();
            if (error.field === "token" || error.code === "token_rejected") {
                token_field.fault(words.describe(error));
                input.trigger("focus");
            } else {
                error_place.append(notice.error_box(error));
                error_place.children().trigger("focus");
            }
        }
        function busy(element, doing) {
            elements.working(element, doing);
            dialog.busy(doing ? text("token_wait") : null);
            [input, cancel, save, forget].forEach(function (other) {
                if (other !== element) {
                    other.prop("disabled", !!doing);
                }
            });
        }

        form.on("submit", function (event) {
            event.preventDefault();
            var typed = input.val().trim();
            if (save.prop("disabled")) {
                return;
            }
            token_field.fault(null);
            error_place.empty();
            if (!typed) {
                show_error({code: "token_missing", message: text("token_missing"), field: "token"});
                return;
            }
            generation += 1; // what GET token still has to say is out of date from here on
            busy(save, text("token_saving"));
            api.save_token(typed).then(function (state) {
                saved = true;
                show_state(state);
                busy(save, null);
                dialog.close();
            }, function (error) {
                busy(save, null);
                show_error(error);
            });
        });

        function on_forget() {
            generation += 1;
            busy(forget, text("token_forgetting"));
            error_place.empty();
            api.forget_token().then(function (state) {
                busy(forget, null);
                show_state(state);
                state_place.prepend($("<p>").attr("role", "status").text(text("token_forgotten")));
                input.trigger("focus");
            }, function (error) {
                busy(forget, null);
                show_error(error);
            });
        }

        dialog.show(form, [forget.addClass("pull-left"), cancel, save], input);
        dialog.modal.one("hidden.bs.modal", function () { finish(saved); });

        var asked = generation;
        function still_wanted() {
            return dialog.is_open() && asked === generation;
        }
        api.token().then(function (state) {
            if (still_wanted()) {
                show_state(state);
            }
        }, function (error) {
            if (still_wanted()) {
                state_place.empty().append(notice.error_box(error));
            }
        });
        api.session().catch(function () { return null; }).then(function (session) {
            var warning = $("<span>").addClass("text-muted").text(" " + text("token_revokes"));
            source_place.empty().append(source_link(session), warning);
        });
        return finished;
    }

    return {open: open};
});
