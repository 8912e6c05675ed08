using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.ModelData;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Diagnosis;

/// <summary>A request of a few tokens to one deployment, whose answer nobody reads.</summary>
internal sealed class ShortCall(GatewaySnapshot snapshot, TimeProvider time)
{
    private const int Tokens = 16;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    /// <summary>False for a model that is known to take no such request: it makes pictures, or reads texts out.</summary>
    public static bool Suits(ModelFacts? facts) =>
        facts?.Capabilities is not { } able || (able & (ModelCapabilities.Chat | ModelCapabilities.Embeddings)) != 0;

    /// <summary>Sends it.</summary>
    /// <returns>Why there was no answer; null when there was one.</returns>
    public async Task<GatewayError?> TryAsync(DeploymentSettings deployment, CancellationToken cancellationToken)
    {
        var facts = snapshot.FactsOf(deployment.Provider, deployment.Model);
        var operation = facts?.Capabilities is { } able && !able.HasFlag(ModelCapabilities.Chat) && able.HasFlag(ModelCapabilities.Embeddings)
            ? ApiOperation.Embeddings
            : ApiOperation.ChatCompletions;
        var reading = RequestReader.Read(Body(deployment, operation), operation, RequestPolicy.Lenient);
        var call = new GatewayCall
        {
            Operation = operation,
            Path = OperationProfile.Of(operation).Path,
            Body = reading.Body,
            Facts = reading.Facts!,
            RequestId = "doctor",
            Sink = new Nowhere(),
        };
        using var deadline = new CancellationTokenSource(s_deadline, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var provider = snapshot.Providers[deployment.Provider];
            return provider.Offers(operation)
                ? (await provider.AnswerAsync(call, deployment.Model, attempt.Token)).Error
                : GatewayError.InvalidRequest($"The provider '{deployment.Provider}' does not offer {OperationProfile.Of(operation).Words}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return UpstreamFaults.TimedOut(deployment.Provider, s_deadline);
        }
    }

    private ReadOnlyMemory<byte> Body(DeploymentSettings deployment, ApiOperation operation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("model"u8, deployment.Model);
        if (operation == ApiOperation.Embeddings)
        {
            json.WriteString("input"u8, "Hi"u8);
        }
        else
        {
            json.WriteStartArray("messages"u8);
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            json.WriteString("content"u8, "Hi"u8);
            json.WriteEndObject();
            json.WriteEndArray();

            // OpenAI's newer models refuse the old name, many other servers do not know the new one.
            var isOpenAI = snapshot.Configuration.Providers[deployment.Provider].Seller is "openai" or "azure";
            json.WriteNumber(isOpenAI ? "max_completion_tokens"u8 : "max_tokens"u8, Tokens);
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private sealed class Nowhere : IAnswerSink
    {
        public bool IsCommitted { get; private set; }

        public PipeWriter Commit(AnswerHead head)
        {
            IsCommitted = true;
            return PipeWriter.Create(Stream.Null);
        }

        public void Abort()
        {
        }
    }
}
