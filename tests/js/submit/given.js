// What PrimeHub has to choose from, as `GET resources` tells.
"use strict";

const resources = {
    instance_types: [
        {name: "gpu-1", display_name: "GPU 1", cpu: 4, memory_gb: 16, gpu: 1},
        {name: "cpu-10", display_name: "CPU 10", cpu: 10, memory_gb: 20.125, gpu: 0},
        {name: "cpu-1", display_name: "CPU 1", cpu: 0.5, memory_gb: 2.0, gpu: 0}
    ],
    images: [
        {name: "torch", display_name: "Torch", kind: "gpu", ready: true},
        {name: "base-notebook", display_name: "Base notebook", kind: "universal", ready: true},
        {name: "building", display_name: "a new one", kind: "cpu", ready: false},
        {name: "odd", display_name: "", kind: "quantum", ready: true}
    ],
    default_timeout_seconds: 86400
};

module.exports = {resources};
