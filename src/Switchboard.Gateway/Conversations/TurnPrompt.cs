using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Responses.Requests;

namespace Switchboard.Gateway.Conversations;

/// <summary>The chat request of a turn: the system prompt, what is left of the conversation, and the message.</summary>
/// <param name="Body">Its JSON.</param>
/// <param name="Facts">What was found in it.</param>
/// <param name="Origin">What of it not every provider takes.</param>
internal sealed record TurnPrompt(ReadOnlyMemory<byte> Body, RequestFacts Facts, CallOrigin Origin)
{
    private static readonly ProviderSettings s_anyProvider = new() { Type = "chat" };

    /// <summary>Writes it.</summary>
    /// <param name="request">What is said.</param>
    /// <param name="model">The model; null where the reading of requests knows it.</param>
    /// <param name="system">The system prompt; null or empty for none.</param>
    /// <param name="items">What was said before.</param>
    /// <param name="policy">How requests are read.</param>
    public static (TurnPrompt? Prompt, GatewayError? Error) Write(TurnRequest request, string? model, string? system, IReadOnlyList<ConversationItem> items, RequestPolicy policy)
    {
        try
        {
            return WriteChat(request, model, system, items, policy);
        }
        catch (InvalidOperationException)
        {
            // What another surface put into it: half a character, or a value of no kind that can be translated.
            return (null, GatewayError.InvalidRequest("The conversation holds an item that cannot be translated for a model; delete it.", "conversation_id", "invalid_value"));
        }
    }

    private static (TurnPrompt? Prompt, GatewayError? Error) WriteChat(TurnRequest request, string? model, string? system, IReadOnlyList<ConversationItem> items, RequestPolicy policy)
    {
        using var view = ResponsesRequestView.Read(Head(system));
        view.AddHistory(items.Select(item => new StoredItem(item.Id, item.Json)));
        view.AddInput([new StoredItem("", TurnJson.Item("", isUser: true, Escape(request.Message)))]);
        var notes = new RequestNotes(null, "chat", s_anyProvider);
        using var chat = new ChatRequestWriter(512 + (items.Count * 256));
        var json = chat.Json;
        json.WriteStartObject();
        ResponsesMessages.Write(chat, view, notes);
        WriteMembers(chat, request, model);
        json.WriteEndObject();
        if (notes.Fault is { } fault)
        {
            return (null, fault);
        }

        var reading = RequestReader.Read(chat.Written, ApiOperation.ChatCompletions, policy.ForTranslated);
        var origin = new CallOrigin { Dialect = ApiDialect.OpenAI, Body = reading.Body, Path = OperationProfile.Of(ApiOperation.ChatCompletions).Path };
        return reading.IsTaken ? (new TurnPrompt(reading.Body, reading.Facts, origin.With(default, null, chat)), null) : (null, reading.Error);
    }

    /// <summary>The message of a chat request that was written here: the last of them.</summary>
    public static string MessageOf(ReadOnlyMemory<byte> chat)
    {
        using var document = JsonDocument.Parse(chat, RequestReader.DocumentOptions);
        return LoneSurrogates.Replace(document.RootElement.GetProperty("messages"u8).EnumerateArray().Last().Escaped("content"u8));
    }

    /// <summary>Text as it stands inside a JSON string.</summary>
    public static ReadOnlySpan<byte> Escape(string text)
    {
        var escaped = new ArrayBufferWriter<byte>(Math.Max(text.Length, 16));
        ChatJson.Escape(escaped, text);
        return escaped.WrittenSpan;
    }

    private static void WriteMembers(ChatRequestWriter chat, TurnRequest request, string? model)
    {
        var json = chat.Json;
        if (model is not null)
        {
            json.WriteString("model"u8, model);
        }

        if (request.Stream)
        {
            json.WriteBoolean("stream"u8, true);
        }

        if (request.Temperature is { } temperature)
        {
            json.WriteNumber("temperature"u8, temperature);
        }

        if (request.MaxTokens is { } tokens)
        {
            chat.MaxTokens(tokens);
        }
    }

    private static ReadOnlyMemory<byte> Head(string? system)
    {
        var head = new ArrayBufferWriter<byte>(64);
        using (var json = new Utf8JsonWriter(head, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (!string.IsNullOrEmpty(system))
            {
                json.WriteString("instructions"u8, system);
            }

            json.WriteEndObject();
        }

        return head.WrittenMemory;
    }
}
