// "PrimeHub jobs": the list of jobs, and the detail of one, in one dialog. It is opened by the menu and the chip, and
// is what the submit dialog becomes when its job was made.
define([
    "require", "jquery", "../ui/elements", "../ui/modal", "../ui/notice", "../words/jobs", "./detail", "./list",
    "./style"
], function (require, $, elements, modal, notice, words, detail, list, style) {
    "use strict";

    var text = words.text;
    var ID = "primehub_jobs_dialog";

    // `dialog`: of modal.js. → {list(id: the row that has the focus), detail(job, said)}
    function shell(dialog, origin) {
        var view = null;
        var header = dialog.modal.find(".modal-header");
        var back = $("<button>").addClass("btn btn-link btn-sm primehub-back").attr({
            type: "button", id: "primehub_jobs_back"
        });

        // The way back, in words as short as there is room for, to what `on_click` shows.
        function way_back(words_shown, label, on_click) {
            header.prepend(back.off("click").on("click", on_click).attr("aria-label", label).empty()
                .append($("<span>").attr("aria-hidden", "true").text("‹ "), $("<span>").text(words_shown)));
        }

        function leave() {
            if (view) {
                view.close();
                view = null;
            }
            back.detach();
        }

        function close_button() {
            return elements.button("primehub_jobs_close", text("close"), function () { dialog.close(); });
        }

        // The submit dialog, after this one has gone.
        function submit(values) {
            dialog.close().then(function () {
                // Not fetched with this dialog, and it fetches this one.
                require(["../submit/dialog"], function (submit_dialog) {
                    submit_dialog.open(origin || null, values);
                }, function () { notice.tell("danger", text("load_failed")); });
            });
        }

        function show_list(id) {
            leave();
            dialog.title(text("jobs_title"));
            view = list.make({open: function (job) { show_detail(job, null); }, submit: function () { submit(); }});
            dialog.show(view.element, [close_button()]);
            view.focus(id);
        }

        function show_detail(job, said) {
            leave();
            dialog.title(job.display_name || job.id);
            var shown = false;
            var buttons = [];
            var here = detail.make(job, said, {
                title: function (name) { dialog.title(name); },
                buttons: function (now) {
                    buttons = now;
                    if (shown) {
                        dialog.buttons([close_button().addClass("pull-left")].concat(now));
                    }
                },
                open: show_detail, edit: submit, compare: show_comparison, close: function () { dialog.close(); }
            });
            shown = true;
            view = here;
            way_back(text("jobs_back"), text("jobs_back_label"), function () { show_list(job.id); });
            dialog.show(here.element, [close_button().addClass("pull-left")].concat(buttons), dialog.modal);
        }

        // Fetched when somebody compares: most do not.
        function show_comparison(job) {
            var shown = view;
            require(["./compare", "../words/compare"], function (compare, said) {
                if (view !== shown || !dialog.is_open()) {
                    return;
                }
                leave();
                dialog.title(said.text("compare_title"));
                view = compare.make(job);
                way_back(text("detail_back"), said.text("compare_back_label", {name: job.display_name || job.id}),
                    function () { show_detail(job, null); });
                dialog.show(view.element, [close_button()], dialog.modal);
            }, function () { notice.tell("danger", text("load_failed")); });
        }

        style.add();
        dialog.modal.addClass("primehub-wide");
        return {list: show_list, detail: show_detail, leave: leave};
    }

    function options(origin, on_close) {
        return {id: ID, title: text("jobs_title"), origin: origin || null, on_close: on_close};
    }

    // `origin`: where the focus goes in the end, null for the selected cell. `job`: {id} to begin with, or none.
    function open(origin, job) {
        var inside = null;
        var dialog = modal.open(options(origin, function () { inside.leave(); }));
        inside = shell(dialog, origin);
        if (job) {
            inside.detail(job, null);
        } else {
            inside.list("");
        }
    }

    // A dialog that is open already becomes the detail of the job that was just submitted. `created`: whether it is of
    // now; another(): for who wanted another job than the one that there had been.
    function become(dialog, submitted, origin) {
        var inside = null;
        dialog.become(options(origin, function () { inside.leave(); }));
        inside = shell(dialog, origin);
        var said = notice.make(submitted.created ? "success" : "warning", "status")
            .append($("<p>").text(text(submitted.created ? "detail_created" : "detail_before")));
        if (!submitted.created) {
            said.append($("<p>").addClass("primehub-choices").append(
                elements.button("primehub_result_another", text("detail_another"), submitted.another)
            ));
        }
        inside.detail(submitted.job, said);
        dialog.modal.find("#primehub_job").attr("data-created", String(submitted.created));
    }

    return {open: open, become: become};
});
