// English: nothing in; what is said of parameters and their rows, fetched with the submit dialog, out.
define([], function () {
    "use strict";

    var strings = {
        rows_reading: "Reading the notebook…",
        rows_as_text: "as text",
        rows_as_rows: "as a form",
        rows_unread: "The form comes back when the text can be read.",
        rows_unanswered: "The notebook server does not answer, and only it can read the text.",
        rows_add: "Add a parameter",
        rows_name: "Name of a parameter",
        rows_value: "Value",
        rows_value_of: "Value of {name}",
        rows_remove: "Remove",
        rows_remove_label: "Remove {name}",
        rows_reset_label: ": back to it, {name} was changed",
        rows_back: "Changed. Back to the notebook's own: {default}",
        rows_default: "default {default}",
        rows_own: "as in the notebook: {default}",
        rows_bad_number: "This is not a number. Write one such as 3 or 0.001, or nothing for the notebook's own.",
        rows_use: "Use {name}",
        rows_none: "No cell is tagged `parameters` (View > Cell Toolbar > Tags), so a job puts its values first.",
        rows_none_declared: "The cell tagged `parameters` assigns nothing that can be read here.",

        type_int: "whole number",
        type_float: "number",
        type_bool: "true or false",
        type_str: "text",
        type_list: "list",
        type_dict: "dict",
        type_null: "nothing",
        type_any: "any value",

        offer_live: "Cell {cell} assigns {names}.",
        offer_aside: "Cell {cell} has {names} in comments.",
        offer_make: "Make them parameters",
        offer_make_one: "Make it a parameter",
        offer_selected: "The selected cell, {cell}, could be it.",
        offer_tag: "Tag it",
        offer_label: "{label}: {names}",

        parameters_preview_none: "The job adds no cell: it runs with the notebook's own values.",

        values_of: "Values of…",
        values_notebook: "the notebook itself",
        values_last: "the last submission from here",
        values_loading: "Looking for jobs of this notebook…",
        values_no_jobs: "No job of this notebook yet.",
        values_taken: "Values of {name} were taken."
    };

    return {strings: strings, counts: {}, errors: {}};
});
