// English: nothing in; what is said of where a notebook comes from out.
define([], function () {
    "use strict";

    return {
        strings: {
            came_title: "Where did this notebook come from?",
            came_none: "No job has written this notebook.",
            came_none_hint: "The output notebook of a job says here which notebook and which job it comes from, " +
                "with which parameters, and at which commit.",
            came_open_job: "Open the job",
            came_source: "Notebook",
            came_job: "Job",
            came_parameters: "Parameters",
            came_no_parameters: "none",
            came_submitted: "Submitted",
            came_by: " by {user}",
            came_ran: "Run",
            came_took: ", for {time}",
            came_user: "As",
            came_instance: "Instance type",
            came_image: "Image",
            came_commit: "Git commit",
            came_clean: "Nothing in the folder differed from it.",
            came_dirty: "Files in the folder differed from it.",
            came_unknown: "Whether the folder differed from it is not known.",
            came_snapshot: "Snapshot",
            came_versions: "Versions"
        }
    };
});
