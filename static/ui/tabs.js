// Tabs: names with what each shows in; a strip of tabs over one panel out. Arrows, Home and End go from tab to tab.
define(["jquery"], function ($) {
    "use strict";

    // tabs: [{id, label, make() → an element, opened()?, closed()?}]; what a tab shows is made when it is first looked
    // at; opened() tells it that somebody looks, closed() that nobody does any more.
    // → {element, select(id), selected()}
    function make(id, label, tabs) {
        var strip = $("<ul>").addClass("nav nav-tabs primehub-tabs").attr({role: "tablist", "aria-label": label});
        var panel = $("<div>").addClass("primehub-tab-panel")
            .attr({role: "tabpanel", id: id + "_panel", tabindex: "0"});
        var made = {};
        var current = null;
        var heads = tabs.map(function (tab) {
            var head = $("<a>").text(tab.label).attr({
                role: "tab", id: id + "_" + tab.id, href: "#", "aria-controls": id + "_panel"
            });
            head.on("click", function (event) {
                event.preventDefault();
                select(tab.id);
            });
            strip.append($("<li>").attr("role", "presentation").append(head));
            return head;
        });

        function select(wanted) {
            var before = current;
            if (wanted === before) {
                return;
            }
            current = wanted;
            tabs.forEach(function (tab, n) {
                var chosen = tab.id === wanted;
                heads[n].attr({"aria-selected": String(chosen), tabindex: chosen ? "0" : "-1"})
                    .parent().toggleClass("active", chosen);
                if (tab.id === before && tab.closed) {
                    tab.closed();
                }
                if (chosen) {
                    made[tab.id] = made[tab.id] || tab.make();
                    panel.attr("aria-labelledby", id + "_" + tab.id).children().detach();
                    panel.append(made[tab.id]);
                    if (tab.opened) {
                        tab.opened();
                    }
                }
            });
        }

        strip.on("keydown", "[role=tab]", function (event) {
            var at = heads.findIndex(function (head) { return head[0] === event.target; });
            var to = {
                ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: heads.length - 1
            }[event.key];
            if (to === undefined) {
                return;
            }
            event.preventDefault();
            to = (to + heads.length) % heads.length;
            select(tabs[to].id);
            heads[to].trigger("focus");
        });
        select(tabs[0].id);
        return {
            element: $("<div>").append(strip, panel), select: select, selected: function () { return current; }
        };
    }

    return {make: make};
});
