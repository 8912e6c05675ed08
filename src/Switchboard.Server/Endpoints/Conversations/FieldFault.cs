namespace Switchboard.Server.Endpoints.Conversations;

/// <summary>A member of a request that is wrong.</summary>
/// <param name="Place">Where it was looked for: <c>body</c>, <c>path</c> or <c>query</c>.</param>
/// <param name="Member">Its name; null for the whole.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
/// <param name="Type">What is wrong, as a word for programs; those that FastAPI's validation has.</param>
internal sealed record FieldFault(string Place, string? Member, string Message, string Type);
