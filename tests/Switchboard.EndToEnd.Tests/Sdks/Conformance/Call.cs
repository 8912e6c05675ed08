namespace Switchboard.EndToEnd.Tests.Sdks.Conformance;

/// <summary>What a client is asked to do; the programs under <c>node/conformance</c> know these names.</summary>
internal enum Call
{
    Chat,
    ChatStream,

    /// <summary>Leaves a stream of chat at its first text.</summary>
    ChatLeft,

    Completion,
    CompletionStream,
    Embeddings,
    Models,
    Model,
    Response,
    ResponseStream,
}
