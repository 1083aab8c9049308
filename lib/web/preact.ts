/** The one place that names preact; pages are drawn with it on the server and in the browser alike. */
export { Component, type ComponentChild, Fragment, h, hydrate, render } from "npm:preact@11";
