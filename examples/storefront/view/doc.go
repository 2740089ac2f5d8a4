// Package view is the pages of the storefront: what a browser is sent, and
// nothing of how it came about. The templates are templ files; what go generate
// makes of them is committed, so that the program builds without it.
//
// Every page works as plain HTML with forms and links. htmx, where a browser
// runs it, fetches the same pages and exchanges the part that has changed.
package view

//go:generate go tool templ generate -include-version=false -log-level error
