module github.com/kontor-go/kontor/adapters/smtp

go 1.26.0

require (
	github.com/emersion/go-smtp v0.25.1
	github.com/kontor-go/kontor v0.0.0
	github.com/stretchr/testify v1.12.1
	github.com/wneessen/go-mail v0.8.1
)

replace github.com/kontor-go/kontor => ../..
