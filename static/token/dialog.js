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

    // `origin`: where the focus goes in the end, null for the selected cell. `wanted`: whether PrimeHub needs another
    // token, which is then asked for whatever is known of the one that there is.
    // → a promise: true when a token was saved, false when the dialog was closed without.
    function open(origin, wanted) {
        var finish;
        var finished = new Promise(function (resolve) { finish = resolve; });
        var saved = false;
        var generation = 0;
        var input = $("<input>").addClass("form-control").attr({
            type: "password", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false",
            "data-lpignore": "true", "data-1p-ignore": ""
        });
        var dialog = modal.open({
            id: "primehub_token_dialog", title: text("token_title"), origin: origin,
            on_close: function () { input.val(""); }
        });
        var token_field = field.make({
            id: "primehub_token_input", label: text("token_label"), control: input, required: true,
            help: text("token_help")
        });
        var state_place = $("<div>").attr("id", "primehub_token_state").append(elements.waiting(text("token_looking")));
        var error_place = $("<div>");
        var revokes = $("<span>").addClass("text-muted");
        var source_place = $("<p>").addClass("primehub-token-source");
        var entry = $("<div>").append(token_field.row, source_place).hide();
        var form = $("<form>").attr({novalidate: "", autocomplete: "off"}).append(state_place, entry, error_place);
        var cancel = elements.button("primehub_token_cancel", text("close"), close);
        var forget = elements.button("primehub_token_forget", text("token_forget"), on_forget).hide();
        var replace = elements.button("primehub_token_replace", text("token_replace"), function () {
            ask();
            input.trigger("focus");
        });
        var save = elements.button("primehub_token_save", text("token_save"), function () {
            form.trigger("submit");
        }, "btn-primary").hide();

        function close() {
            dialog.close();
        }
        // A token is asked for: from the start where there is none, else when somebody wants to replace it.
        function ask() {
            entry.show();
            save.show();
            replace.hide();
            cancel.text(text("cancel"));
        }
        function is_rejected(error) {
            return error.field === "token" || error.code === "token_rejected";
        }
        function show_state(state) {
            var problem = state.problem;
            state_place.empty();
            forget.toggle(state.source === "prompt");
            // Whoever it was, PrimeHub does not know them by this token any more.
            state_place.append($("<p>").attr("role", "status").text(
                state_text(problem && is_rejected(problem) ? Object.assign({}, state, {user: null}) : state)
            ));
            if (problem) {
                state_place.append(notice.error_box(problem));
                revokes.toggle(!is_rejected(problem)); // said there
            }
            if (!state.configured || (problem && is_rejected(problem))) {
                ask();
            }
        }
        function focus_first() {
            dialog.focus(save.css("display") === "none" ? cancel : input);
        }
        function show_error(error) {
            error_place.empty();
            if (is_rejected(error) && entry.is(":visible")) {
                token_field.fault(words.describe(error));
                revokes.toggle(error.code !== "token_rejected"); // said there
                input.trigger("focus");
            } else {
                error_place.append(notice.error_box(error));
                error_place.children().trigger("focus");
            }
        }
        function busy(element, doing) {
            elements.working(element, doing);
            [input, replace, save, forget].forEach(function (other) {
                if (other !== element) {
                    other.prop("disabled", !!doing);
                }
            });
            dialog.busy(!!doing, elements.button("primehub_token_leave", text("background"), close));
        }
        // Shows the outcome here, or tells it to who has left.
        function ended(element, show, sentence) {
            busy(element, null);
            if (dialog.is_open()) {
                show();
            } else {
                notice.tell("danger", sentence, function () { open(null, true); });
            }
        }
        function failed(element) {
            return function (error) {
                ended(element, function () { show_error(error); }, text("notice_token_failed", {
                    why: words.describe(error).message
                }));
            };
        }

        form.on("submit", function (event) {
            event.preventDefault();
            var typed = input.val().trim();
            if (save.prop("disabled") || !entry.is(":visible")) {
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
                saved = dialog.is_open();
                notice.tell("success", text(state.user ? "token_saved_as" : "token_saved", {user: state.user}));
                busy(save, null);
                if (saved) {
                    dialog.close();
                }
            }, failed(save));
        });

        function on_forget() {
            generation += 1;
            busy(forget, text("token_forgetting"));
            error_place.empty();
            api.forget_token().then(function (state) {
                busy(forget, null);
                show_state(state);
                state_place.prepend($("<p>").attr("role", "status").text(text("token_forgotten")));
                focus_first();
            }, failed(forget));
        }

        if (wanted) {
            ask();
        }
        dialog.show(form, [forget.addClass("pull-left"), replace, cancel, save], wanted ? input : cancel);
        dialog.busy(true);
        dialog.modal.one("hidden.bs.modal", function () { finish(saved); });

        var asked = generation;
        function looked_up(show) {
            if (dialog.is_open() && asked === generation) {
                // Who is somewhere else by now stays there.
                var is_elsewhere = $(document.activeElement).is("#primehub_token_dialog .modal-content *") &&
                    !cancel.is(document.activeElement);
                dialog.busy(false);
                show();
                if (!is_elsewhere) {
                    focus_first();
                }
            }
        }
        api.token().then(function (state) {
            looked_up(function () { show_state(state); });
        }, function (error) {
            looked_up(function () { state_place.empty().append(notice.error_box(error)); });
        });
        api.session().catch(function () { return null; }).then(function (session) {
            source_place.empty().append(source_link(session), " ", revokes.text(text("token_revokes")));
        });
        return finished;
    }

    // From the menu: what is known of the token. From a submission that needs one: the place to enter it.
    return {
        open: function (origin) { return open(origin, false); },
        ask: function (origin) { return open(origin, true); }
    };
});
