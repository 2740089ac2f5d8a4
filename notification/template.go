package notification

import (
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	texttemplate "text/template"

	"github.com/kontor-go/kontor/kernel/fault"
)

//go:embed templates
var embedded embed.FS

// DefaultLocale is the language of last resort.
const DefaultLocale = "en"

const (
	maxTemplate = 64
	maxLocale   = 35
	maxTitle    = 200
	maxText     = 100_000
	maxHTML     = 400_000
)

// Templates are the texts of messages. They are files of one folder for each
// template:
//
//	order-confirmation/en.title.txt   the subject line of the email
//	order-confirmation/en.text.txt    the email as text
//	order-confirmation/en.html        the email as HTML; may be missing
//	order-confirmation/en.sms.txt     the SMS
//
// in the language of text/template and html/template. What a template names
// and the data does not have is an error. Data is never read as a template.
//
// For the locale "de-AT" the files of de-AT, de and en are looked for, in this
// order, and those of one locale belong together: the first one that has the
// text for the channel gives all. A Templates is made once, holds what it has
// read, and is safe for concurrent use.
type Templates struct {
	texts map[string]*texttemplate.Template
	htmls map[string]*htmltemplate.Template
}

// NewTemplates reads the templates that are built in, and over them those of
// the host, which replace files of the same name and add others. over may be
// nil. Files that are no template are an Invalid error that names each of them.
func NewTemplates(over fs.FS) (*Templates, error) {
	t := &Templates{texts: map[string]*texttemplate.Template{}, htmls: map[string]*htmltemplate.Template{}}
	base, err := fs.Sub(embedded, "templates")
	if err != nil {
		return nil, err
	}
	var c fault.Check
	if err := t.read(&c, base); err != nil {
		return nil, err
	}
	if over != nil {
		if err := t.read(&c, over); err != nil {
			return nil, err
		}
	}
	return t, c.Err("notification.templates")
}

// read parses all files of a file system.
func (t *Templates) read(c *fault.Check, files fs.FS) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !isTemplateFile(name) {
			c.Add(name, "unknown_file", "must be named like order-confirmation/en.text.txt")
			return nil
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return fmt.Errorf("notification: read the template %s: %w", name, err)
		}
		if strings.HasSuffix(name, ".html") {
			t.htmls[name], err = htmltemplate.New(name).Option("missingkey=error").Parse(string(b))
		} else {
			t.texts[name], err = texttemplate.New(name).Option("missingkey=error").Parse(string(b))
		}
		c.That(err == nil, name, "malformed", "must be a template: "+errorText(err))
		return nil
	})
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func isTemplateFile(name string) bool {
	folder, file := path.Split(name)
	locale, part, _ := strings.Cut(file, ".")
	switch part {
	case "title.txt", "text.txt", "html", "sms.txt":
		return isTemplateName(strings.TrimSuffix(folder, "/")) && isLocale(locale)
	default:
		return false
	}
}

func isTemplateName(s string) bool {
	for i := range len(s) {
		if b := s[i]; (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' {
			return false
		}
	}
	return s != "" && len(s) <= maxTemplate
}

// isLocale accepts the form of a language tag: de, de-AT, zh-Hant-TW.
func isLocale(s string) bool {
	for i := range len(s) {
		if !isAlphanumeric(s[i]) && s[i] != '-' {
			return false
		}
	}
	return s != "" && len(s) <= maxLocale
}

// Has reports whether there is a text from this template for a channel, in some
// locale that locale falls back to.
func (t *Templates) Has(template string, ch Channel, locale string) bool {
	_, ok := t.find(template, ch, locale)
	return ok
}

func (t *Templates) find(template string, ch Channel, locale string) (found string, ok bool) {
	part := ".text.txt"
	if ch == SMS {
		part = ".sms.txt"
	}
	for l := locale; l != ""; l = parent(l) {
		if _, ok := t.texts[template+"/"+l+part]; ok {
			return l, true
		}
	}
	_, ok = t.texts[template+"/"+DefaultLocale+part]
	return DefaultLocale, ok
}

// parent cuts the last part off a locale.
func parent(locale string) string {
	return locale[:max(strings.LastIndexByte(locale, '-'), 0)]
}

// render fills in the texts of m for its template, channel and locale.
func (t *Templates) render(m Message, data any) (Message, error) {
	var c fault.Check
	locale, ok := t.find(m.Template, m.Channel, m.Locale)
	if !c.That(ok, "template", "unknown", "must be a template with a text for this channel") {
		return m, c.Err("notification.queue")
	}
	m.Locale = locale
	at := m.Template + "/" + locale
	if m.Channel == SMS {
		m.Text = strings.TrimSpace(c.Lines("text", t.text(&c, at+".sms.txt", data, maxText), maxText))
		m.Text = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(m.Text) // one of them would double the price
		m.Segments = Segments(m.Text)
		c.That(m.Segments <= MaxSegments, "text", "too_long", fmt.Sprintf("must fit into %d parts of an SMS", MaxSegments))
	} else {
		m.Title = c.Required("title", strings.TrimSpace(t.text(&c, at+".title.txt", data, maxText)), maxTitle)
		m.Text = c.Lines("text", t.text(&c, at+".text.txt", data, maxText), maxText)
		if h := t.htmls[at+".html"]; h != nil {
			m.HTML = c.Lines("html", execute(&c, h, data, maxHTML), maxHTML)
		}
	}
	c.That(strings.TrimSpace(m.Text) != "", "text", "required", "must not be empty")
	return m, c.Err("notification.queue")
}

func (t *Templates) text(c *fault.Check, name string, data any, limit int) string {
	f := t.texts[name]
	if !c.That(f != nil, "template", "incomplete", "has no file "+name) {
		return ""
	}
	return execute(c, f, data, limit)
}

// executor is a template of text or of HTML.
type executor interface {
	Name() string
	Execute(w io.Writer, data any) error
}

// execute renders into at most four bytes for each of limit characters.
func execute(c *fault.Check, e executor, data any, limit int) string {
	w := limited{left: 4 * limit}
	err := e.Execute(&w, data)
	// The text of the error may hold data, so it is not shown.
	c.That(err == nil, "data", "unfit", "must have what the template "+e.Name()+" names, and not too much of it")
	return w.b.String()
}

// errLong ends a template that writes too much.
var errLong = errors.New("notification: the template writes too much")

type limited struct {
	b    strings.Builder
	left int
}

// Write takes p while there is room.
func (w *limited) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errLong
	}
	return w.b.Write(p)
}
