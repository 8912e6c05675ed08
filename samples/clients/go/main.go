// A client that needs nothing but Go: go run . chat TEXT | stream TEXT | models | embed TEXT
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

var (
	baseURL        = strings.TrimRight(setting("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1"), "/")
	apiKey         = setting("OPENAI_API_KEY", "any")
	chatModel      = setting("CHAT_MODEL", "switchboard-tiny")
	embeddingModel = setting("EMBEDDING_MODEL", "switchboard-tiny-embed")
)

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// APIError is what the API says is wrong. In a stream that began well there is no status.
type APIError struct {
	Message   string  `json:"message"`
	Type      *string `json:"type"`
	Code      *string `json:"code"`
	Status    int     `json:"-"`
	RequestID string  `json:"-"`
}

func (e *APIError) Error() string {
	return fmt.Sprintf("%s %s %s: %s (request %s)", number(e.Status), text(e.Type), text(e.Code), e.Message, text(&e.RequestID))
}

func number(status int) string {
	if status == 0 {
		return "-"
	}
	return strconv.Itoa(status)
}

func text(value *string) string {
	if value == nil || *value == "" {
		return "-"
	}
	return *value
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type chatRequest struct {
	Model    string    `json:"model"`
	Messages []message `json:"messages"`
	Stream   bool      `json:"stream,omitempty"`
}

type chatAnswer struct {
	Choices []struct {
		Message message `json:"message"`
		Delta   message `json:"delta"`
	} `json:"choices"`
	Error *APIError `json:"error"`
}

// The open answer of one call, which is tried again where that can help.
func send(method, path string, body any) (*http.Response, error) {
	retries, err := strconv.Atoi(setting("OPENAI_MAX_RETRIES", "2"))
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		request, err := http.NewRequest(method, baseURL+path, nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Authorization", "Bearer "+apiKey)
		if body != nil {
			request.Header.Set("Content-Type", "application/json")
			request.Body = io.NopCloser(bytes.NewReader(encoded))
			request.ContentLength = int64(len(encoded))
		}
		response, err := http.DefaultClient.Do(request)
		switch {
		case err == nil && response.StatusCode < 400:
			return response, nil
		case attempt >= retries || err == nil && !again(response.StatusCode):
			if err == nil {
				err = errorOf(response)
			}
			return nil, err
		case err == nil:
			response.Body.Close()
			time.Sleep(pause(attempt, response.Header))
		default:
			time.Sleep(pause(attempt, nil))
		}
	}
}

func again(status int) bool {
	return status == 408 || status == 409 || status == 429 || status >= 500
}

// As long as the server asks for, or else twice as long each time, and never exactly.
func pause(attempt int, headers http.Header) time.Duration {
	if asked, err := strconv.ParseFloat(headers.Get("retry-after-ms"), 64); err == nil {
		return time.Duration(asked * float64(time.Millisecond))
	}
	if asked, err := strconv.ParseFloat(headers.Get("retry-after"), 64); err == nil {
		return time.Duration(asked * float64(time.Second))
	}
	longest := 500 * time.Millisecond << attempt
	if longest > 8*time.Second {
		longest = 8 * time.Second
	}
	return time.Duration(float64(longest) * (0.75 + rand.Float64()/4))
}

func errorOf(response *http.Response) error {
	defer response.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 64*1024))
	var told struct{ Error *APIError }
	if json.Unmarshal(body, &told) != nil || told.Error == nil {
		told.Error = &APIError{Message: string(body)}
	}
	told.Error.Status = response.StatusCode
	told.Error.RequestID = response.Header.Get("x-request-id")
	return told.Error
}

func fetch(method, path string, body, into any) error {
	response, err := send(method, path, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return json.NewDecoder(response.Body).Decode(into)
}

func chat(question string) error {
	var answer chatAnswer
	if err := fetch("POST", "/chat/completions", chatRequest{Model: chatModel, Messages: []message{{"user", question}}}, &answer); err != nil {
		return err
	}
	fmt.Println(answer.Choices[0].Message.Content)
	return nil
}

func stream(question string) error {
	response, err := send("POST", "/chat/completions", chatRequest{Model: chatModel, Messages: []message{{"user", question}}, Stream: true})
	if err != nil {
		return err
	}
	defer response.Body.Close()
	events := bufio.NewReader(response.Body)
	for {
		data, err := nextEvent(events)
		if errors.Is(err, io.EOF) {
			return errors.New("the stream ended too early")
		} else if err != nil {
			return err
		}
		if data == "[DONE]" {
			fmt.Println()
			return nil
		}
		var chunk chatAnswer
		if err := json.Unmarshal([]byte(data), &chunk); err != nil {
			return err
		}
		if chunk.Error != nil {
			chunk.Error.RequestID = response.Header.Get("x-request-id")
			return chunk.Error
		}
		for _, choice := range chunk.Choices {
			fmt.Print(choice.Delta.Content)
		}
	}
}

// The data of the next event: lines of data up to a blank line. Comments and other fields are passed over.
func nextEvent(events *bufio.Reader) (string, error) {
	var data []string
	for {
		line, err := events.ReadString('\n')
		if err != nil {
			return "", err
		}
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "data:") {
			data = append(data, strings.TrimPrefix(line[len("data:"):], " "))
		} else if line == "" && data != nil {
			return strings.Join(data, "\n"), nil
		}
	}
}

func models() error {
	var list struct{ Data []struct{ ID string } }
	if err := fetch("GET", "/models", nil, &list); err != nil {
		return err
	}
	for _, model := range list.Data {
		fmt.Println(model.ID)
	}
	return nil
}

func embed(input string) error {
	var list struct {
		Data []struct{ Embedding []float64 }
	}
	if err := fetch("POST", "/embeddings", map[string]string{"model": embeddingModel, "input": input}, &list); err != nil {
		return err
	}
	vector := list.Data[0].Embedding
	fmt.Println(len(vector), "numbers:", vector[0], vector[1], vector[2], "...")
	return nil
}

func main() {
	err := errors.New("client chat TEXT | stream TEXT | models | embed TEXT")
	switch arguments := os.Args[1:]; {
	case len(arguments) == 1 && arguments[0] == "models":
		err = models()
	case len(arguments) == 2 && arguments[0] == "chat":
		err = chat(arguments[1])
	case len(arguments) == 2 && arguments[0] == "stream":
		err = stream(arguments[1])
	case len(arguments) == 2 && arguments[0] == "embed":
		err = embed(arguments[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
