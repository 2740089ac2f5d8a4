// Package cluster starts and stops a throw-away PostgreSQL.
//
// A Cluster lives in a temporary folder, belongs to the process that started it
// and goes away with it: a small watchdog holds the other end of a pipe, so
// that even a process killed with SIGKILL leaves no server and no folder
// behind. PostgreSQL refuses to run as root; when we are root it runs as the
// user nobody.
//
// It listens on a free port of 127.0.0.1, with a password of its own, and on a
// Unix socket in its folder. It syncs to disk like a server that holds orders,
// unless told otherwise, because a test of lost commits on a server that never
// syncs proves nothing.
package cluster
