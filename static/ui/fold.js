// What is not always looked at: words and an element in; a button that unfolds it, out. What somebody has unfolded is
// unfolded the next time.
define(["jquery", "../storage"], function ($, storage) {
    "use strict";

    // `id`: of the element, which stays in the page while it is folded away. `mark`: the class of the button's look.
    // `show(whether)`: does it, where only a part of the element is folded.
    // → {toggle: the button, body, label(words), unfold(): for now, because something in it has to be seen}
    function make(id, body, mark, show_part) {
        var name = "unfolded:" + id;
        var words = $("<span>");
        var toggle = $("<button>").addClass("btn btn-link primehub-fold " + (mark || "primehub-fold-line")).attr({
            type: "button", id: id + "_toggle", "aria-controls": id
        }).append(words);
        body.attr("id", id);

        function show(whether) {
            toggle.attr("aria-expanded", String(whether));
            if (show_part) {
                show_part(whether);
            } else {
                body.prop("hidden", !whether);
            }
        }
        toggle.on("click", function () {
            var whether = toggle.attr("aria-expanded") !== "true";
            show(whether);
            storage.set(name, whether || null);
        });
        show(storage.get(name) === true);
        return {
            toggle: toggle, body: body,
            label: function (sentence) { words.text(sentence); },
            unfold: function () { show(true); }
        };
    }

    return {make: make};
});
