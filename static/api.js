// The REST API: a call's values → a promise of the answer, or of a failure
// {code, message?, hint?, field?, link?, cause?, status}.
// The only file that knows a URL. Nothing here is called when the page loads.
define(["base/js/namespace", "base/js/utils"], function (Jupyter, utils) {
    "use strict";

    // Longer than the server lets PrimeHub take, so that normally the server's own, clearer, failure comes first.
    var PATIENCE = 120000;
    // For what helps while somebody types or watches. PrimeHub is not waited for, so the server answers at once or not
    // at all.
    var SHORT_PATIENCE = 10000;

    // Failures that somebody mends at the server's own address, which leads to a login where one is needed, and to
    // where JupyterHub starts a server that is stopped.
    var MENDED_THERE = ["login_expired", "server_stopped", "server_unavailable"];

    function server_url() {
        return utils.url_path_join(Jupyter.notebook.base_url, "/");
    }

    function read_json(text) {
        var value = null;
        try {
            value = JSON.parse(text);
        } catch (error) {
            if (!(error instanceof SyntaxError)) {
                throw error;
            }
        }
        return typeof value === "object" && !Array.isArray(value) ? value : null;
    }

    function linked(failed) {
        if (MENDED_THERE.indexOf(failed.code) >= 0) {
            failed.link = server_url();
        }
        return failed;
    }

    // An answer that is not a success → the failure. `answer` is its JSON object, or null.
    function failure(status, answer, timed_out) {
        var failed = {status: status};
        if (status === 401 || (status === 403 && !(answer && answer.code === "not_allowed"))) {
            // Jupyter's own refusals; the extension itself has just the one, of somebody who is logged in.
            failed.code = "login_expired";
        } else if (answer && typeof answer.code === "string") {
            ["code", "message", "hint", "field", "link", "cause"].forEach(function (key) {
                if (typeof answer[key] === "string") {
                    failed[key] = answer[key];
                }
            });
        } else if (timed_out) {
            failed.code = "no_answer";
        } else if (!status) {
            failed.code = "network_down";
        } else if (status === 404 || status === 405) {
            failed.code = "extension_missing";
        } else if (status === 424) {
            failed.code = "server_stopped"; // JupyterHub's answer in its place
        } else if (status === 502 || status === 503 || status === 504) {
            failed.code = "server_unavailable";
        } else {
            failed.code = "bad_answer";
        }
        return linked(failed);
    }

    function call(method, route, body, patience) {
        var settings = {type: method, dataType: "text", cache: false, timeout: patience || PATIENCE};
        if (body !== undefined) {
            settings.data = JSON.stringify(body);
            settings.contentType = "application/json";
        }
        return new Promise(function (resolve, reject) {
            settings.success = function (text, status, xhr) {
                var answer = read_json(text);
                if (answer) {
                    resolve({status: xhr.status, body: answer});
                } else {
                    // An expired login behind a proxy ends here too: the login page, with a success status.
                    reject(linked({code: /^\s*</.test(text) ? "login_expired" : "bad_answer", status: xhr.status}));
                }
            };
            settings.error = function (xhr, status) {
                var failed = failure(xhr.status, read_json(xhr.responseText), status === "timeout");
                if (method === "GET" || (failed.code !== "login_expired" && failed.code !== "extension_missing")) {
                    reject(failed);
                    return;
                }
                // In place of a server that is stopped JupyterHub answers, but to who reads it says so, to who writes
                // 403 or 405.
                call("GET", "session", undefined, SHORT_PATIENCE).then(function () { reject(failed); }, function (why) {
                    reject(why.code === "server_stopped" ? why : failed);
                });
            };
            // utils.ajax adds the XSRF header; utils.promising_ajax would also write the answer to the console.
            utils.ajax(utils.url_path_join(Jupyter.notebook.base_url, "primehub/api", route), settings);
        });
    }

    function address(route) {
        return utils.url_path_join(Jupyter.notebook.base_url, "primehub/api", route);
    }

    // An answer that comes bit by bit, which XMLHttpRequest would collect. on: {begin({source, cursor}), part(bytes)}
    // → {ended: a promise, of a failure where the answer breaks off, abort()}
    function open_log(id, query, on) {
        var control = new window.AbortController();
        var xsrf = /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie);
        var options = {
            credentials: "same-origin", cache: "no-store", signal: control.signal,
            headers: xsrf ? {"X-XSRFToken": xsrf[1]} : {}
        };

        // Not a chain of promises: that of a stream of hours would keep them all.
        function read(reader) {
            return new Promise(function (resolve, reject) {
                function next() {
                    reader.read().then(function (part) {
                        if (part.done) {
                            resolve();
                        } else {
                            on.part(part.value);
                            next();
                        }
                    }).catch(function () { reject({code: "cut_off"}); });
                }
                next();
            });
        }

        function opened(answer) {
            if (!answer.ok || answer.redirected) {
                return answer.text().then(function (text) {
                    throw answer.redirected ? {code: "login_expired"} : failure(answer.status, read_json(text), false);
                });
            }
            on.begin({
                source: answer.headers.get("PrimeHub-Log-Source"), cursor: answer.headers.get("PrimeHub-Log-Cursor")
            });
            return read(answer.body.getReader());
        }
        return {
            ended: window.fetch(address(job_route(id, "log") + search_part(query)), options).then(opened, function () {
                throw {code: "network_down", status: 0};
            }),
            abort: function () { control.abort(); }
        };
    }

    function notebook_route(path) {
        return "notebooks/" + path.split("/").map(encodeURIComponent).join("/");
    }

    function body_of(answer) {
        return answer.body;
    }

    function job_route(id, verb) {
        return "jobs/" + encodeURIComponent(id) + (verb ? "/" + verb : "");
    }

    // {name: value} → "?name=value…", without what is null.
    function search_part(query) {
        var given = Object.keys(query).filter(function (name) { return query[name] !== null; });
        return given.length ? "?" + given.map(function (name) {
            return name + "=" + encodeURIComponent(query[name]);
        }).join("&") : "";
    }

    return {
        session: function () { return call("GET", "session").then(body_of); },
        token: function () { return call("GET", "token").then(body_of); },
        save_token: function (token) { return call("PUT", "token", {token: token}).then(body_of); },
        forget_token: function () { return call("DELETE", "token").then(body_of); },
        log: open_log,
        // As a text, to the end. → a promise.
        whole_log: function (id) {
            return new Promise(function (resolve, reject) {
                utils.ajax(address(job_route(id, "log/download")), {
                    type: "GET", dataType: "text", cache: false,
                    success: function (text) { resolve(text); },
                    error: function (xhr) { reject(failure(xhr.status, read_json(xhr.responseText), false)); }
                });
            });
        },
        log_address: function (id) { return address(job_route(id, "log/download")); },
        artifacts: function (id) { return call("GET", job_route(id, "artifacts")).then(body_of); },
        artifact_address: function (id, name) {
            return address(job_route(id, "artifacts") + "/" + name.split("/").map(encodeURIComponent).join("/"));
        },
        // The Notebook's page of a folder.
        folder_address: function (path) {
            return utils.url_path_join(Jupyter.notebook.base_url, "tree", utils.encode_uri_components(path));
        },
        monitoring: function (id) { return call("GET", job_route(id, "monitoring")).then(body_of); },
        resources: function (refresh) {
            return call("GET", refresh ? "resources?refresh=1" : "resources").then(body_of);
        },
        notebook: function (path) {
            return call("GET", notebook_route(path)).then(body_of);
        },
        check: function (path, request) {
            return call("POST", notebook_route(path) + "/check", request, SHORT_PATIENCE).then(body_of);
        },
        // → {job, created}: not created when the submission id had already made this job.
        submit: function (request) {
            return call("POST", "jobs", request).then(function (answer) {
                return {job: answer.body, created: answer.status === 201};
            });
        },
        job: function (id) { return call("GET", job_route(id)).then(body_of); },
        jobs: function (query) { return call("GET", "jobs" + search_part(query)).then(body_of); },
        feed: function (since, ids) {
            return call("GET", "feed" + search_part({since: since, jobs: ids.join(",")}), undefined, SHORT_PATIENCE)
                .then(body_of);
        },
        job_output: function (id) { return call("GET", job_route(id, "output")).then(body_of); },
        comparison: function (id, other) {
            return call("GET", job_route(id, "comparison") + search_part({with: other})).then(body_of);
        },
        cancel_job: function (id) { return call("POST", job_route(id, "cancel")).then(body_of); },
        rerun_job: function (id) { return call("POST", job_route(id, "rerun")).then(body_of); }
    };
});
