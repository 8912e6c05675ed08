using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Providers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.State;
using Switchboard.Gateway.Surfaces;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Responses;
using Switchboard.Gateway.Translation.Responses.Output;
using Switchboard.Gateway.Translation.Responses.Requests;

namespace Switchboard.Gateway.Responses;

/// <summary>Makes of a request of the Responses API what its provider is asked.</summary>
internal sealed class ResponsePreparation(ProviderServices services, ProviderSettings settings)
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 0, SkipValidation = true };

    /// <summary>A chat request, for a provider that only has chat.</summary>
    public ValueTask<(PreparedResponse? Prepared, GatewayError? Error)> ForChatAsync(GatewayCall call, string provider, string model, CancellationToken cancellationToken) =>
        CheckedAsync(call, async request =>
        {
            var (turn, error) = await HistoryOf(call).ReadAsync(request, isNative: false, cancellationToken);
            if (turn is null)
            {
                return (null, error);
            }

            // What went before may be longer than what the request brings.
            if (LongWork.IsElsewhere(turn.Length))
            {
                await Task.Yield();
            }

            request.AddHistory(turn.History);
            request.AddInput(turn.Input);
            var notes = new RequestNotes(call, provider, settings);
            using var chat = new ChatRequestWriter(call.Body.Length + 512);
            ResponsesRequestToChat.Write(chat, request, model, notes);
            return notes.Fault is { } fault ? (null, fault) : Read(chat.Written, ApiOperation.ChatCompletions, turn, ResponseEcho.Of(request, model, turn.ConversationId), chat.Extensions);
        });

    /// <summary>A request with all that it goes on from in its input, for a provider that speaks the API itself; null where it goes on from nothing that the gateway keeps.</summary>
    public ValueTask<(PreparedResponse? Prepared, GatewayError? Error)> ForNativeAsync(GatewayCall call, string provider, CancellationToken cancellationToken) =>
        CheckedAsync(call, async request =>
        {
            if (!GoesOnFromOurs(request.Root))
            {
                return (null, null);
            }

            if (request.Root.Find("conversation"u8) is not null)
            {
                return (null, GatewayError.InvalidRequest(
                    $"The conversation is kept by the gateway, and the provider '{provider}' of this model keeps its own. Make one there, or use 'previous_response_id'.", "conversation", "unsupported_value"));
            }

            var (turn, error) = await HistoryOf(call).ReadAsync(request, isNative: true, cancellationToken);
            if (turn is null)
            {
                return (null, error);
            }

            var body = Write(call, json => ExpandedRequest.Write(json, request.Root, turn.History.Concat(turn.Input)));
            return Read(body, ApiOperation.Responses, turn, ResponseEcho.Of(request, call.Facts.Model, null), []);
        });

    private ResponseHistory HistoryOf(GatewayCall call) => new(services, StoredCalls.TenantOf(call));

    private static async ValueTask<(PreparedResponse? Prepared, GatewayError? Error)> CheckedAsync(
        GatewayCall call, Func<ResponsesRequestView, ValueTask<(PreparedResponse? Prepared, GatewayError? Error)>> prepare)
    {
        try
        {
            using var request = ResponsesRequestView.Read(call.EditedBody);
            return await prepare(request);
        }
        catch (InvalidOperationException)
        {
            // Text that escapes half a character (a lone surrogate), or a value that is of no kind that can be translated.
            return (null, GatewayError.InvalidRequest("The request holds a value that cannot be translated for the provider of this model.", null, "invalid_value"));
        }
        catch (RecordsUnavailableException)
        {
            return (null, RecordsErrors.Unavailable);
        }
    }

    private static ReadOnlyMemory<byte> Write(GatewayCall call, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(call.Body.Length + 512);
        using (var json = new Utf8JsonWriter(body, s_options))
        {
            write(json);
        }

        return body.WrittenMemory;
    }

    private static (PreparedResponse? Prepared, GatewayError? Error) Read(ReadOnlyMemory<byte> body, ApiOperation operation, ResponseTurn turn, ResponseEcho echo, IReadOnlyList<ChatExtension> extensions)
    {
        var reading = RequestReader.Read(body, operation, RequestPolicy.Lenient);
        return reading.IsTaken ? (new PreparedResponse(reading.Body, reading.Facts, turn, echo, extensions), null) : (null, reading.Error);
    }

    private static bool GoesOnFromOurs(JsonElement root)
    {
        var conversation = root.Find("conversation"u8);
        var id = root.Text("previous_response_id"u8) ?? (conversation is { ValueKind: JsonValueKind.String } text ? text.GetString() : conversation?.Text("id"u8));
        return id is not null ? ResponseIds.IsOurs(id)
            : root.Find("input"u8) is { ValueKind: JsonValueKind.Array } items && items.EnumerateArray().Any(NamesOurs);
    }

    // Given back whole, it holds what other providers take for their own and cannot read: its id, packed reasoning.
    private static bool NamesOurs(JsonElement item) => item.Text("id"u8) is { } id && ResponseIds.OwnerOf(id) is not null;
}

/// <summary>What a provider is asked, and what becomes of its answer.</summary>
/// <param name="Body">The request's JSON.</param>
/// <param name="Facts">What the gateway looks at in it.</param>
/// <param name="Turn">What it goes on from.</param>
/// <param name="Echo">What the response repeats of the request.</param>
/// <param name="Extensions">What of the body not every provider takes.</param>
internal sealed record PreparedResponse(ReadOnlyMemory<byte> Body, RequestFacts Facts, ResponseTurn Turn, ResponseEcho Echo, IReadOnlyList<ChatExtension> Extensions);
