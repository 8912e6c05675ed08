using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Conversations;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Server.Endpoints.Conversations;

/// <summary>
/// <c>POST /api/v1/chat</c> and <c>POST /api/v1/chat/stream</c>: one message, and the gateway remembers what went before.
/// A turn runs down the pipeline as a chat call of its caller.
/// </summary>
internal sealed class ChatEndpoint(GatewayRuntime runtime, ConversationService conversations, TimeProvider time)
{
    /// <summary>The most characters of a message.</summary>
    internal const int LongestMessage = 5000;

    /// <summary>The most characters of a system prompt.</summary>
    internal const int LongestPrompt = 1000;

    private const int LongestModel = 256;
    private const double UsualTemperature = 0.7;
    private const int UsualTokens = 1000;
    private const int MostTokens = 4000;

    /// <summary>Answers as a whole.</summary>
    public ValueTask<GatewayError?> AnswerAsync(HttpContext context, CancellationToken cancellationToken) => RunAsync(context, isStream: false, cancellationToken);

    /// <summary>Answers as events.</summary>
    public ValueTask<GatewayError?> StreamAsync(HttpContext context, CancellationToken cancellationToken) => RunAsync(context, isStream: true, cancellationToken);

    private async ValueTask<GatewayError?> RunAsync(HttpContext context, bool isStream, CancellationToken cancellationToken)
    {
        TellTime(context);
        using var lease = runtime.Enter();
        var gateway = lease.Gateway;
        var (body, error) = await ConversationBody.ReadAsync(context, cancellationToken);
        if (body is null)
        {
            return error;
        }

        if (Read(body, isStream) is not { } request)
        {
            await ConversationAnswers.RefuseAsync(context, body.Faults, cancellationToken);
            return null;
        }

        (var turn, error) = await conversations.BeginAsync(request, RequestCaller.Of(context), gateway.Configuration.Conversations, gateway.Models, gateway.Requests, cancellationToken);
        if (turn is null)
        {
            return error;
        }

        await using (turn)
        {
            return await AskAsync(context, gateway, turn, cancellationToken);
        }
    }

    private static async ValueTask<GatewayError?> AskAsync(HttpContext context, GatewayGeneration gateway, OpenTurn turn, CancellationToken cancellationToken)
    {
        context.Response.Headers["x-conversation-id"] = turn.Id;
        var sink = new HttpAnswerSink(context);
        var call = new RequestedCall
        {
            Operation = ApiOperation.ChatCompletions,
            Path = OperationProfile.Of(ApiOperation.ChatCompletions).Path,
            Body = turn.Body,
            Facts = turn.Facts,
            Origin = turn.Origin,
            Sink = turn.CreateSink(sink),
            IsRetold = true,
        }.Read(context, gateway);
        sink.Call = call;
        turn.Begin(call);
        var (result, error) = await turn.CompleteAsync(await gateway.Pipeline.RunAsync(call, cancellationToken), cancellationToken);
        if (error is not null && !context.Response.HasStarted)
        {
            CallHeaders.Write(context.Response, call);
        }

        if (result is not null)
        {
            CallHeaders.Write(context.Response, call);
            CallHeaders.WriteCost(context.Response, result.Cost);
            await JsonAnswer.WriteAsync(
                context,
                StatusCodes.Status200OK,
                json =>
                {
                    json.WriteStartObject();
                    result.WriteTo(json, turn.Id);
                    json.WriteEndObject();
                },
                cancellationToken);
        }

        return error;
    }

    // What is left out is what the document's own service takes; null leaves it to the model. The path says whether it streams.
    private static TurnRequest? Read(ConversationBody body, bool isStream)
    {
        var request = body.Faults.Count > 0 ? null : new TurnRequest(body.Text("message", LongestMessage, isRequired: true)?.Trim() ?? "")
        {
            ConversationId = ReadId(body),
            SystemPrompt = body.Text("system_prompt", LongestPrompt),
            Model = body.Text("model", LongestModel) is { Length: > 0 } model ? model : null,
            Temperature = body.Has("temperature") ? body.Number("temperature", 0, 2) : UsualTemperature,
            MaxTokens = body.Has("max_tokens") ? body.Integer("max_tokens", 1, MostTokens) : UsualTokens,
            Stream = isStream,
        };
        body.CheckFlag("stream");
        return body.Faults.Count > 0 ? null : request;
    }

    private static string? ReadId(ConversationBody body)
    {
        if (body.Text("conversation_id", int.MaxValue) is not { Length: > 0 } text)
        {
            return null;
        }

        var id = ConversationIds.OfUuid(text);
        if (id is null)
        {
            body.RefuseValue("conversation_id", "must be a UUID, such as 0198c0de-0000-7000-8000-000000000000", "uuid_parsing");
        }

        return id;
    }

    // As the document has it: the seconds until the head of the answer.
    private void TellTime(HttpContext context)
    {
        var start = time.GetTimestamp();
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["x-process-time"] = time.GetElapsedTime(start).TotalSeconds.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
    }
}
