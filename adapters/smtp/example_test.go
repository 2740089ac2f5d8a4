package smtp_test

import (
	"fmt"

	"github.com/kontor-go/kontor/adapters/smtp"
	"github.com/kontor-go/kontor/kernel/fault"
)

func ExampleNew() {
	_, err := smtp.New(smtp.Config{Host: "mail.example.com", Username: "shop", Password: "secret", From: "shop@example.com"})
	fmt.Println(err)
	_, err = smtp.New(smtp.Config{Host: "mail.example.com", From: "the shop"})
	fmt.Println(fault.FieldsOf(err)[0].Path, fault.FieldsOf(err)[0].Text)
	// Output:
	// <nil>
	// From must be an email address
}
