package main

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/kontor-go/kontor/notification"
)

// confirmation shows what was written to the customer, and that its link opens
// the order without an account.
func (s *story) confirmation(ctx context.Context) error {
	if err := s.mail(ctx, s.mem.Order.String(), notification.OrderConfirmationTemplate); err != nil {
		return err
	}
	o, err := s.shop.Orders.Order(ctx, s.mem.Order)
	if err != nil {
		return err
	}
	pass, err := s.shop.OrderPass(o)
	if err != nil {
		return err
	}
	seen, err := s.shop.OrderByPass(ctx, pass)
	if err != nil {
		return err
	}
	s.fact("link", "%s", site().OrderPage(short(pass, 24)))
	s.fact("it opens", "order %s of %s, to anybody who has the link", seen.Number, amount(seen.Total))
	return nil
}

// mail prints the messages about a subject that were made from a template.
func (s *story) mail(ctx context.Context, subject, template string) error {
	ms, err := s.shop.Notifications.BySubject(ctx, subject)
	if err != nil {
		return err
	}
	for _, m := range ms {
		if m.Template != template {
			continue
		}
		s.fact(string(m.Channel), "%s to %s: %s", m.Status(), m.To, firstLine(m))
		s.fact("  file", "%s", filepath.Join(s.mem.Folder, m.Reference))
	}
	return nil
}

// firstLine is the subject of an email, or how an SMS begins.
func firstLine(m notification.Message) string {
	if m.Title != "" {
		return m.Title
	}
	line, _, _ := strings.Cut(m.Text, "\n")
	return line
}
