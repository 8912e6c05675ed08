namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>What of a request depends on where it goes.</summary>
/// <param name="Model">What the model's name says.</param>
/// <param name="IsVertex">It goes to Vertex AI, whose calls of tools have no ids, and which has no files of its own.</param>
internal readonly record struct GeminiTarget(GeminiModel Model, bool IsVertex);
