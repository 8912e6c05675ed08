namespace Switchboard.Tests.Protocol.Corpus;

/// <summary>An operation of the specification and the types of its JSON bodies; null where it has none.</summary>
internal sealed record OperationType(string OperationId, string Method, string Path, WireType? Request, WireType? Response, WireType? StreamEvent);
