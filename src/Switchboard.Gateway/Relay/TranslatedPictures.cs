using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Pictures;

namespace Switchboard.Gateway.Relay;

/// <summary>Pictures from a provider that speaks another dialect. Where a request makes fewer than are asked for, several are sent; a fault of one is the fault of all.</summary>
/// <param name="connection">The way to the provider.</param>
/// <param name="dialectOf">The dialect of a model; null for one that is not known to make pictures in this way.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where faults are told.</param>
internal sealed class TranslatedPictures(UpstreamConnection connection, Func<ApiOperation, string, PictureDialect?> dialectOf, TimeProvider time, ILogger logger)
{
    // Requests of about 20 MB are taken by the providers, and pictures grow by a third as text.
    private const int MostFormBytes = 14 * 1024 * 1024;

    private readonly UpstreamQuestion _question = new(connection, time);

    /// <summary>What to tell of a model that is not known to make pictures in this way.</summary>
    public string NoDialect { get; init; } = "The model is not known to make pictures.";

    /// <summary>Whether calls of this operation are of pictures.</summary>
    public static bool Offers(ApiOperation operation) => operation is ApiOperation.ImageGenerations or ApiOperation.ImageEdits or ApiOperation.ImageVariations;

    /// <summary>Answers a call.</summary>
    /// <exception cref="OperationCanceledException">The caller left; upstream has been cancelled.</exception>
    public async ValueTask<GatewayOutcome> AnswerAsync(GatewayCall call, string model, CancellationToken cancellationToken)
    {
        if (LongWork.IsElsewhere(call.Body.Length))
        {
            await Task.Yield();
        }

        if (call.Upload is null)
        {
            return Read(call) is { } request ? await DrawAsync(call, model, request, cancellationToken) : GatewayOutcome.Failed(TranslatedBody.Untranslatable());
        }

        var (form, refusal) = await WholeForm.ReadAsync(call.Upload, MostFormBytes, cancellationToken);
        return form is null
            ? GatewayOutcome.Failed(refusal!)
            : await DrawAsync(call, model.Length > 0 ? model : form.Text("model") ?? "", PictureRequest.Of(form), cancellationToken);
    }

    private static PictureRequest? Read(GatewayCall call)
    {
        using var document = JsonDocument.Parse(call.EditedBody, RequestReader.DocumentOptions);
        try
        {
            return PictureRequest.Of(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private async ValueTask<GatewayOutcome> DrawAsync(GatewayCall call, string model, PictureRequest request, CancellationToken cancellationToken)
    {
        // Pictures are large, and a mask is unpacked.
        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        if (dialectOf(call.Operation, model) is not { } dialect)
        {
            return GatewayOutcome.Failed(GatewayError.InvalidRequest(NoDialect, "model", "unsupported_operation"));
        }

        if (call.Operation != ApiOperation.ImageGenerations && request is { Images.Count: 0, HasStrangers: false })
        {
            return GatewayOutcome.Failed(GatewayError.InvalidRequest("The request has no picture.", "image", RequestFaults.MissingMember));
        }

        var body = TranslatedBody.Write(call, connection, (json, notes) => dialect.WriteRequest(json, request, notes), out var fault);
        if (fault is not null)
        {
            return GatewayOutcome.Failed(fault);
        }

        ReadOnlyMemory<byte>[] bodies = [.. Enumerable.Repeat(body, dialect.RequestsOf(request))];
        var replies = await _question.AskAllAsync(dialect.PathOf(model), bodies, call.ForwardedHeaders, cancellationToken);
        if (Array.Find(replies, reply => reply.Error is not null) is { } failed)
        {
            NoteUsage(call, dialect, replies);
            return TranslatedAnswer.Fail(call, connection.Provider, failed.Error!, logger);
        }

        if (LongWork.IsForSockets)
        {
            await Task.Yield();
        }

        if (Translate(call, dialect, replies, out var pictures, out var count) is { } error)
        {
            return TranslatedAnswer.Fail(call, connection.Provider, error, logger);
        }

        var headers = count < request.Count ? [.. replies[0].Headers, Missing(request.Count - count)] : replies[0].Headers;
        return await TranslatedAnswer.SendAsync(call, pictures, headers, cancellationToken);
    }

    private GatewayError? Translate(GatewayCall call, PictureDialect dialect, UpstreamReply[] replies, out ReadOnlyMemory<byte> pictures, out int count)
    {
        (pictures, count) = (default, 0);
        try
        {
            var answers = Array.ConvertAll(replies, reply => JsonElement.Parse(reply.Body.Span));
            if (Array.FindIndex(answers, IsError) is >= 0 and var at)
            {
                return connection.Errors.FromBody(replies[at].Body.Span);
            }

            var usage = UsageOf(answers, dialect);
            call.Usage = usage?.Total;
            var all = answers.SelectMany(dialect.PicturesOf).Where(picture => picture.ValueKind == JsonValueKind.String).ToArray();
            count = all.Length;
            pictures = PictureList.Write(all, time.GetUtcNow(), usage);
            return all.Length > 0 ? null : Withheld(dialect.ReasonOf(answers[0]));
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            return UpstreamFaults.Invalid(connection.Provider, "an answer that is not of its dialect");
        }
    }

    // What was made before another failed is paid for.
    private static void NoteUsage(GatewayCall call, PictureDialect dialect, UpstreamReply[] replies)
    {
        try
        {
            call.Usage = UsageOf(replies.Where(reply => !reply.Body.IsEmpty).Select(reply => JsonElement.Parse(reply.Body.Span)), dialect)?.Total;
        }
        catch (Exception exception) when (UnreadableAnswer.Is(exception))
        {
            // What it cost is not to be read either.
        }
    }

    private static PictureUsage? UsageOf(IEnumerable<JsonElement> answers, PictureDialect dialect)
    {
        PictureUsage? usage = null;
        foreach (var told in answers.Select(dialect.UsageOf).OfType<PictureUsage>())
        {
            usage = (usage ?? default) + told;
        }

        return usage;
    }

    // What was made is worth having and paid for: the rest is told, and no reason to refuse all.
    private static KeyValuePair<string, string> Missing(int count) => new("x-switchboard-withheld", count.ToString(CultureInfo.InvariantCulture));

    private static bool IsError(JsonElement answer) => answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error"u8, out var error) && error.ValueKind == JsonValueKind.Object;

    private GatewayError Withheld(string? reason) => reason is null
        ? UpstreamFaults.Invalid(connection.Provider, "an answer with no picture in it")
        : GatewayError.InvalidRequest($"The provider '{connection.Provider}' gave no picture: {connection.Errors.Clean(reason)}", null, "content_policy_violation");
}
