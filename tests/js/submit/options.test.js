// What can be chosen, and what gives way.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {resources} = require("./given.js");
const options = require("../amd.js").loader()("./submit/options");

test("options are sorted as people count, and labelled", () => {
    assert.deepStrictEqual(options.instance_options(resources).map((option) => option.label), [
        "CPU 1 (CPU: 0.5 / Memory: 2 GB / GPU: 0)", "CPU 10 (CPU: 10 / Memory: 20.13 GB / GPU: 0)",
        "GPU 1 (CPU: 4 / Memory: 16 GB / GPU: 1)"
    ]);
    assert.deepStrictEqual(options.image_options(resources, "cpu-1"), [
        {value: "building", label: "a new one (CPU) – not ready yet", disabled: true},
        {value: "base-notebook", label: "Base notebook (Universal)", disabled: false},
        {value: "odd", label: "odd", disabled: false},
        {value: "torch", label: "Torch (GPU) – needs a GPU instance type", disabled: true}
    ]);
    assert.ok(!options.image_options(resources, "gpu-1")[3].disabled);
});

test("an image that cannot run on another instance type gives way and it is told", () => {
    assert.deepStrictEqual(options.change_instance(resources, "gpu-1", "torch"), {image: "torch", notice: ""});
    const change = options.change_instance(resources, "cpu-1", "torch");
    assert.strictEqual(change.image, "base-notebook");
    assert.match(change.notice, /“Torch”.*“Base notebook”/);
    const only_gpu = {...resources, images: resources.images.slice(0, 1)};
    assert.strictEqual(options.change_instance(only_gpu, "cpu-1", "torch").image, null);
    assert.match(options.change_instance(only_gpu, "cpu-1", "torch").notice, /No image/);
});
