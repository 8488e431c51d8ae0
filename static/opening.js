// What a menu item stands for in; its dialog, which is fetched when it is first wanted, out. An empty one is there from
// the first moment, however slow the line is, and can be left.
define([
    "require", "base/js/namespace", "./api", "./ui/elements", "./ui/modal", "./ui/notice", "./words/index"
], function (require, Jupyter, api, elements, modal, notice, words) {
    "use strict";

    var text = words.text;

    // command: {file}, with what defines open(origin); `title`: of the empty dialog; `origin`: where the focus goes in
    // the end, null for the selected cell; forget(file): what is done about a file that could not be fetched.
    function open(command, title, origin, forget) {
        if (modal.is_any_open()) {
            return;
        }
        var early = modal.open({id: "primehub_early", title: title, origin: origin, early: true});
        early.show(elements.waiting(text("loading")), [
            elements.button("primehub_early_cancel", text("cancel"), function () { early.close(); })
        ]);
        early.busy(true);

        // Says why, when it is the login or the server.
        function failed() {
            forget(command.file);
            api.session().then(function () {
                early.close();
                Jupyter.notification_area.widget("primehub").danger(text("load_failed"));
            }, function (why) {
                if (!early.is_open()) {
                    return;
                }
                early.busy(false);
                var again = elements.button("primehub_early_again", text("try_again"), function () {
                    early.close().then(function () { open(command, title, origin, forget); });
                }, "btn-primary");
                early.show(notice.error_box(why), [
                    elements.button("primehub_early_cancel", text("close"), function () { early.close(); }), again
                ], again);
            });
        }
        require([command.file], function (dialog) {
            if (!dialog) {
                failed();
            // RequireJS remembers what was asked for before a failure: that comes along with what was asked for now.
            } else if (early.is_open()) {
                dialog.open(origin);
            }
        }, failed);
    }

    return {open: open};
});
