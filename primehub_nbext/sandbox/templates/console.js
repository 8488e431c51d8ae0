// A page of the sandbox's console in; its times in the reader's zone and its token copied at a click out.

(function () {
    "use strict";

    document.querySelectorAll("time[datetime]").forEach(function (time) {
        const moment = new Date(time.dateTime);
        if (!isNaN(moment)) {
            time.title = time.textContent;
            time.textContent = moment.toLocaleString(undefined, {dateStyle: "medium", timeStyle: "long"});
        }
    });

    const button = document.getElementById("copy");
    if (button) {
        const token = document.getElementById("token"), told = document.getElementById("copied");
        button.hidden = false;
        button.addEventListener("click", async function () {
            try {
                await window.navigator.clipboard.writeText(token.textContent);
                told.textContent = "Copied.";
            } catch (_refused) {
                window.getSelection().selectAllChildren(token);
                told.textContent = "The browser does not let this page copy. The token is selected: press Ctrl+C.";
            }
        });
    }
}());
