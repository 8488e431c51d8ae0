// Pages of the notebook server: a notebook's path, any name, in; the address of its classic page on A, A2 and B out.
define(["base/js/namespace", "base/js/utils"], function (Jupyter, utils) {
    "use strict";

    // Where Notebook 7 is beside it, nbclassic's pages have a prefix, which it writes into each of them.
    function notebook(path) {
        return utils.url_path_join(
            Jupyter.notebook.base_url, document.nbclassicPath || "", "notebooks",
            path.split("/").map(encodeURIComponent).join("/")
        );
    }

    return {notebook: notebook};
});
