using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Relay;

/// <summary>Chat completions of a provider that speaks another dialect: the request is translated, sent, and its answer translated back.</summary>
/// <param name="connection">The way to the provider.</param>
/// <param name="dialect">What it speaks.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where faults are told.</param>
internal sealed class TranslatedChat(UpstreamConnection connection, ChatDialect dialect, TimeProvider time, ILogger logger)
{
    /// <summary>How requests are written: as few escapes as JSON allows, for they are no HTML.</summary>
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 0, SkipValidation = true };

    /// <summary>Makes of the finished request what is sent: signs it, or adds headers that depend on the body. Null to send it as it is.</summary>
    public Func<UpstreamRequest, ReadOnlyMemory<byte>, UpstreamRequest>? Prepare { get; init; }

    /// <summary>Answers a call.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        if (LongWork.IsElsewhere(call.Body.Length))
        {
            await Task.Yield();
        }

        var body = new ArrayBufferWriter<byte>(call.Body.Length + 256);
        if (Write(call, model, body) is { } fault)
        {
            return GatewayOutcome.Failed(fault);
        }

        var content = new RequestContent(body.WrittenMemory, new BodyEdits());
        try
        {
            return await SendAsync(call, model, content, body.WrittenMemory, cancellationToken);
        }
        finally
        {
            await content.ReleaseAsync();
        }
    }

    private async ValueTask<GatewayOutcome> SendAsync(GatewayCall call, string model, RequestContent content, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var answer = dialect.CreateAnswer();
        var stamp = new ChatStamp(model, time);
        if (!call.Facts.Stream)
        {
            var relay = new UnaryRelay(connection, time, logger, call) { Translation = WholeTranslations.OfChat(answer, stamp) };
            return await relay.RunAsync(RequestOf(call, model, "application/json", content, body), cancellationToken);
        }

        var framing = dialect.CreateFraming();
        using var stream = new TranslatedStream(connection, time, logger, call, new Translated(answer, framing, stamp));
        return await stream.RunAsync(RequestOf(call, model, framing.MediaType, content, body), cancellationToken);
    }

    private UpstreamRequest RequestOf(GatewayCall call, string model, string accept, RequestContent content, ReadOnlyMemory<byte> body)
    {
        var request = connection.CreatePost(dialect.PathOf(model, call.Facts.Stream), accept, call.ForwardedHeaders, content);
        return Prepare is null ? request : Prepare(request, body);
    }

    private ReadOnlyMemory<byte> BodyOf(GatewayCall call)
    {
        if (call.Origin is null)
        {
            return call.EditedBody;
        }

        var edits = new BodyEdits(call.Edits);
        ChatExtension.LeaveOut(call, edits, dialect.Takes);
        return edits.Apply(call.Body);
    }

    private GatewayError? Write(GatewayCall call, string model, ArrayBufferWriter<byte> body)
    {
        try
        {
            using var chat = ChatRequestView.Read(BodyOf(call), out var error);
            if (chat is null)
            {
                return error;
            }

            var notes = new RequestNotes(call, connection.Provider, connection.Settings);
            if (chat.NamesSpeakers)
            {
                notes.Lacks("messages[].name");
            }

            using var json = new Utf8JsonWriter(body, WriterOptions);
            dialect.WriteRequest(json, chat, model, call.Facts.Stream, notes);
            return notes.Fault;
        }
        catch (InvalidOperationException)
        {
            return TranslatedBody.Untranslatable();
        }
    }
}
