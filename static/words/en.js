// English: nothing in; every sentence that a person reads in the browser out, except what the server or PrimeHub says
// itself. Another language is another file of this shape.
define([], function () {
    "use strict";

    // The key of a sentence → the sentence; {name} is filled in.
    var strings = {
        load_failed: "PrimeHub: a part of the extension could not be loaded. Check your connection and " +
            "choose it again.",
        cancel: "Cancel",
        close: "Close",
        try_again: "Try again",
        how: "What to type",
        waited: "No answer for {seconds} s so far.",

        token_title: "PrimeHub API token",
        token_looking: "Looking up your API token…",
        token_label: "API token",
        token_help: "Paste the token, or the whole config.json that PrimeHub offers for download.",
        token_link: "Visit here to get your API token",
        token_no_link: "The address of PrimeHub's token page is not known here. Open PrimeHub and choose API Token.",
        token_revokes: "Requesting a new token revokes the old one.",
        token_signed_in: "Signed in as {user}.",
        token_kept: "An API token is set.",
        token_none: "No API token is set yet. It is needed once, to submit jobs in your name.",
        token_from: "The token comes from {source}.",
        source_prompt: "this prompt",
        source_environment: "the environment variable PRIMEHUB_API_TOKEN",
        source_sdk_file: "the SDK file ~/.primehub/config.json",
        source_unknown: "the notebook server",
        token_save: "Save",
        token_saved: "The API token was saved.",
        token_saved_as: "API token saved: signed in as {user}.",
        token_replace: "Replace…",
        notice_token_failed: "PrimeHub: the API token was not changed. {why}",
        token_saving: "Checking with PrimeHub…",
        token_forget: "Forget token",
        token_forgetting: "Forgetting…",
        token_forgotten: "The token was forgotten.",
        token_missing: "Enter your API token.",
        token_enter: "Enter a new API token",

        submit_title: "Submit Notebook as Job",
        submit_loading: "Asking PrimeHub for images and instance types…",
        submit: "Submit",
        submitting: "Submitting…",
        saving: "Saving…",
        background: "Continue in background",
        notice_submitted: "PrimeHub: “{name}” was submitted.",
        notice_failed: "PrimeHub: not submitted. {why}",
        instance_type: "Instance type",
        instance_label: "{name} · {cpu} · {memory}",
        instance_label_gpu: "{name} · {cpu} · {memory} · {gpu}",
        instance_over_user: "{label} – over your quota of {quota}",
        instance_over_group: "{label} – over your group's quota of {quota}",
        instance_waits: "{label} – waits: {free} of the group's {quota} free",
        over_user_help: "A job of this instance type cannot run: PrimeHub counts {needs}, and your quota is {quota}. " +
            "Choose a smaller one, or ask your administrator for more quota.",
        over_group_help: "A job of this instance type cannot run: PrimeHub counts {needs}, and your group's quota is " +
            "{quota}. Choose a smaller one, or ask your administrator for more quota.",
        waits_help: "The job waits until others in your group have ended: {free} of {quota} free right now.",
        quota_part: "{free} of {quota}",
        quota_free: "Your group's quota: {parts} free",
        quota_group: "Your group's quota: {parts}",
        quota_user: "Your quota: {parts}",
        image: "Image",
        image_label: "{name} · {kind}",
        kind_universal: "universal",
        kind_cpu: "CPU",
        kind_gpu: "GPU",
        image_needs_gpu: "{label} – needs a GPU instance type",
        image_not_ready: "{label} – not ready yet",
        image_changed: "“{old}” does not run on this instance type; “{new}” was chosen instead.",
        image_changed_none: "No image runs on this instance type. Choose another instance type.",
        job_name: "Job name",
        parameters: "Notebook parameters",
        parameters_placeholder: "start=1; end=10",
        parameters_help: "name=value, separated by “;” or a new line. Values are typed: 10 is a number, true a " +
            "truth value, [1, 2] a list. Quote text that contains “;”, or a number that is meant as text.",
        parameters_defaults: "Defaults in the notebook:",
        parameters_preview: "The job adds this cell:",
        time_limit: "Time limit",
        time_unit: "Unit of the time limit",
        minutes: "minutes",
        hours: "hours",
        time_default: "Time limit: the group's default ({default})",
        time_default_unknown: "Time limit: the group's default",
        time_none: "Time limit: none",
        time_given: "Time limit: {limit}",
        time_help: "Empty: the group's default ({default}). 0: no limit.",
        time_help_unknown: "Empty: the group's default. 0: no limit.",
        no_limit: "no limit",
        runs_in: "Runs in {folder}",
        saved_first: "Unsaved changes will be saved first.",
        working_directory: "Working directory",
        output: "Output notebook",
        resumed: "It is not known whether the last attempt reached PrimeHub. Submitting again is safe: whatever was " +
            "created, the notebook runs once.",

        missing_instance_type: "Choose an instance type.",
        missing_image: "Choose an image.",
        missing_name: "Give the job a name.",
        too_long: "This is {length} characters long; at most {limit} are allowed.",
        time_invalid: "Write a number of {unit}, such as 30 or 1.5; or leave it empty.",
        time_too_long: "The longest time limit is {limit}. Use 0 for no limit.",
        time_too_short: "The shortest time limit is one second. Use 0 for no limit.",

        save_overwrite: "Overwrite the file with what is open here",
        save_recreate: "Save it again under this name",
        save_disk: "Submit the version on disk",
        details: "Details: {details}",
        job_list: "Look at PrimeHub's job list"
    };

    // A length of time: a count of one, and any other.
    var durations = {
        second: ["{count} second", "{count} seconds"],
        minute: ["{count} minute", "{count} minutes"],
        hour: ["{count} hour", "{count} hours"],
        day: ["{count} day", "{count} days"]
    };

    // So much of a resource, by the server's name of it: a count of one, and any other.
    var amounts = {
        cpu: ["{count} core", "{count} cores"],
        memory_gb: ["{count} GB", "{count} GB"],
        gpu: ["{count} GPU", "{count} GPUs"]
    };

    // The code of an error → what happened, what to do. Errors that arise in the browser, or about which the browser
    // can say better what to do next than the server can.
    // Where there is a third sentence, it is what the error's link says.
    var errors = {
        extension_missing: [
            "The server part of the PrimeHub extension does not answer.",
            "Restart your notebook server. If it stays, ask your administrator to enable the server extension " +
                "primehub_nbext."
        ],
        network_down: [
            "The notebook server cannot be reached.",
            "Check your connection and that the notebook server is running, then try again."
        ],
        no_answer: [
            "The notebook server did not answer in time.",
            "Try again. If it stays, restart your notebook server."
        ],
        server_unavailable: [
            "The notebook server does not run, or the proxy in front of it cannot reach it.",
            "Look at it in a new tab, and start it there if it is down; then try again here. Nothing you typed is " +
                "lost.",
            "Open the notebook server"
        ],
        server_stopped: [
            "Your notebook server is stopped.",
            "Start it in a new tab, then try again here: nothing you typed is lost, and what is open here can be " +
                "saved then.",
            "Start the notebook server"
        ],
        bad_answer: [
            "The notebook server gave an answer that could not be understood.",
            "Save your work, reload the page and try again. If it stays, ask your administrator."
        ],
        login_expired: [
            "Your login to the notebook server has expired.",
            "Log in in a new tab, then try again here: nothing you typed is lost.",
            "Log in"
        ],
        token_required: [
            "PrimeHub needs your API token first.",
            "Enter it; what you typed here is kept."
        ],
        submission_conflict: [
            "The last attempt was sent with other values, and may have become a job.",
            "PrimeHub's job list shows whether it has. Submit again to make another job, with the values above."
        ],
        save_changed: [
            "The notebook file has changed on disk since it was opened or saved here.",
            "Choose which version the job runs. Overwriting the file loses what was written there since."
        ],
        save_missing: [
            "The notebook is not there any more: its file was renamed, moved or deleted.",
            "Nothing was saved or submitted. Saving it again makes a file of this name, beside one that was renamed."
        ],
        save_read_only: [
            "The notebook is read-only, and what is open here is not what is on disk.",
            "The version on disk can be submitted. To submit what is open here, save it elsewhere: File > Save as…"
        ],
        notebook_read_only: [
            "The notebook is read-only: the job runs the version on disk.",
            "To run what you change here, save it elsewhere first: File > Save as…"
        ],
        save_failed: [
            "The notebook could not be saved.",
            "Try again, or submit the version on disk; unsaved edits will not be in the job."
        ]
    };

    // What is said of an error without words.
    var unknown = ["Something went wrong.", "Try again. If it stays, ask your administrator."];

    return {strings: strings, durations: durations, amounts: amounts, errors: errors, unknown: unknown};
});
