// Stands in for the native module of the same name: it just loads.
module.exports = {};
