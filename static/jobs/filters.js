// The filters above the jobs: what is chosen at first in; a row of controls, and what is chosen by now, out.
define(["jquery", "../ui/elements", "../words/jobs"], function ($, elements, words) {
    "use strict";

    var text = words.text;
    var STATES = ["", "open", "succeeded", "failed", "cancelled"];
    var SEARCH_AFTER = 300; // ms without typing

    function state_label(state) {
        return text(state ? "filter_" + state : "jobs_any_state");
    }

    function radio(name, value, label, chosen) {
        var input = $("<input>").attr({type: "radio", name: name, value: value}).prop("checked", chosen);
        return $("<label>").addClass("primehub-choice").append(input, $("<span>").text(label));
    }

    // notebook: the path of the one that is open. on_change(chosen as listing.js has it, without `user`).
    // → {element, chosen(), show_all()}
    function make(notebook, chosen, on_change) {
        var timer = null;
        var scope = $("<span>").addClass("primehub-scope").attr({role: "radiogroup", "aria-label": text("jobs_scope")})
            .append(
                radio("primehub_jobs_scope", "notebook", text("jobs_this_notebook"), !!chosen.notebook),
                radio("primehub_jobs_scope", "group", text("jobs_group"), !chosen.notebook)
            );
        var mine = $("<input>").attr({type: "checkbox", id: "primehub_jobs_mine"}).prop("checked", chosen.mine);
        var state = elements.fill_select($("<select>").addClass("form-control input-sm").attr({
            id: "primehub_jobs_state", "aria-label": text("jobs_state")
        }), STATES.map(function (each) { return {value: each, label: state_label(each)}; }), chosen.state);
        var search = $("<input>").addClass("form-control input-sm").attr({
            id: "primehub_jobs_search", type: "search", autocomplete: "off", "aria-label": text("jobs_search"),
            placeholder: text("jobs_search_hint")
        }).val(chosen.search);

        function now() {
            return {
                notebook: scope.find(":checked").val() === "notebook" ? notebook : null,
                mine: mine.prop("checked"), state: state.val(), search: search.val().trim()
            };
        }

        function change() {
            window.clearTimeout(timer);
            on_change(now());
        }
        scope.add(mine).add(state).on("change", change);
        search.on("input", function () {
            window.clearTimeout(timer);
            timer = window.setTimeout(change, SEARCH_AFTER);
        });
        return {
            element: $("<div>").addClass("primehub-filters").append(
                scope, $("<label>").addClass("primehub-choice").append(mine, $("<span>").text(text("jobs_mine"))),
                state, search
            ),
            chosen: now,
            show_all: function () {
                scope.find("[value=group]").prop("checked", true);
                mine.prop("checked", false);
                state.val("");
                search.val("");
                change();
            }
        };
    }

    return {make: make};
});
