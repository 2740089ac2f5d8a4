package cluster

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// nobody is the user and group as which the server runs when we are root, by
// the number that Linux distributions agree on.
const nobody = 65534

// attributes put a process into a session of its own, so that Ctrl-C in the
// terminal reaches us and not the server, and away from root.
func attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setsid: true}
	if os.Geteuid() == 0 {
		a.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	return a
}

// own gives path to the user as which the server runs.
func (c *Cluster) own(path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	if err := os.Chown(path, nobody, nobody); err != nil {
		return fmt.Errorf("cluster: give %s to the server: %w", path, err)
	}
	return nil
}

// watchdog is a shell that waits until its input ends, which happens when we
// close it or die, and then ends the server and removes the folder.
const watchdog = `read -r _
[ -f "$1/data/postmaster.pid" ] && "$2/pg_ctl" stop --pgdata="$1/data" --mode=immediate --wait --silent
rm -rf "$1"`

func (c *Cluster) watch() error {
	cmd := exec.Command("/bin/sh", "-c", watchdog, "kontor-pg-watchdog", c.dir, c.bin) //nolint:gosec,noctx // it must outlive us
	cmd.SysProcAttr = attributes()
	cmd.Dir = filepath.Dir(c.dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("cluster: watchdog: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("cluster: watchdog: %w", err)
	}
	c.watchdog = reaped{in, cmd}
	return nil
}

// reaped ends the watchdog by closing its input, and waits for it.
type reaped struct {
	in  io.Closer
	cmd *exec.Cmd
}

func (r reaped) Close() error {
	err := r.in.Close()
	var status *exec.ExitError
	if waitErr := r.cmd.Wait(); !errors.As(waitErr, &status) {
		err = errors.Join(err, waitErr)
	}
	return err
}
