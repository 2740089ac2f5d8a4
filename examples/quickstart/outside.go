package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/kontor-go/kontor/fulfillment"
	"github.com/kontor-go/kontor/kernel/tx"
	"github.com/kontor-go/kontor/support"
)

// folder is where everything goes that leaves the shop: mail, labels, slips, and
// what is handed to the supplier.
type folder string

// errFolder says that nothing can leave the shop.
var errFolder = errors.New("the folder of -out cannot be made")

// put makes a file appear whole, and returns where it is. Putting it again
// replaces it by the same.
func (f folder) put(name string, content []byte) (string, error) {
	path := filepath.Join(string(f), strings.ReplaceAll(name, ":", "-"))
	draft := path + ".part"
	if err := os.WriteFile(draft, content, 0o600); err != nil {
		return "", err
	}
	return path, os.Rename(draft, path)
}

// has reports whether a file is there.
func (f folder) has(name string) (bool, error) {
	_, err := os.Stat(filepath.Join(string(f), strings.ReplaceAll(name, ":", "-")))
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// supplier keeps goods of its own and ships them for us. It gets its orders as
// files; over the network it would be the same two methods.
type supplier struct{ desk folder }

var _ fulfillment.Warehouse = supplier{}

func handover(key string) string { return "supplier-" + key + ".txt" }

// Forward takes an order on. The same key is the same file, so it never sends
// anything twice.
func (s supplier) Forward(ctx context.Context, h fulfillment.Handover) (fulfillment.Outcome, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return fulfillment.Outcome{}, err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "Please ship for order %s:\n\n", h.Number)
	for _, l := range h.Lines {
		fmt.Fprintf(&text, "%d x %s (%s)\n", l.Quantity, l.Title, l.SKU)
	}
	if h.ShipTo != nil {
		fmt.Fprintf(&text, "\nto\n\n%s\n", strings.Join(h.ShipTo.Label(), "\n"))
	}
	if _, err := s.desk.put(handover(h.Key), []byte(text.String())); err != nil {
		return fulfillment.Outcome{}, err
	}
	return fulfillment.Outcome{State: fulfillment.OutcomeAccepted, Reference: "S-" + h.Number}, nil
}

// Lookup says what became of an order whose answer was lost.
func (s supplier) Lookup(_ context.Context, key string) (fulfillment.Outcome, error) {
	there, err := s.desk.has(handover(key))
	if err != nil || !there {
		return fulfillment.Outcome{State: fulfillment.OutcomeAbsent}, err
	}
	return fulfillment.Outcome{State: fulfillment.OutcomeAccepted, Reference: key}, nil
}

// letters carry what staff writes to customers. adapters/smtp sends real ones.
type letters struct{ desk folder }

var _ support.Channel = letters{}

// Deliver writes a letter.
func (l letters) Deliver(ctx context.Context, o support.Outgoing) (string, error) {
	if err := tx.RefuseOpen(ctx); err != nil {
		return "", err
	}
	name := "reply-" + o.Key + ".txt"
	text := fmt.Sprintf("Date: %s\nTo: %s <%s>\nReply-To: %s\nSubject: %s\n\n%s\n",
		o.At.Format(time.RFC1123Z), o.Name, o.To, o.ReplyTo, o.Title, o.Text)
	_, err := l.desk.put(name, []byte(text))
	return name, err
}
