namespace Switchboard.Engine.Scheduling;

/// <summary>What a request must satisfy before it is queued.</summary>
internal static class RequestRules
{
    private const int MostChoices = 128;
    private const int MostTopLogProbs = 20;
    private const int MostStops = 64;

    /// <summary>A copy whose lists the caller cannot change any more: what was checked is what the loop reads.</summary>
    public static GenerationRequest Snapshot(GenerationRequest request) => request with
    {
        Prompt = [.. request.Prompt],
        Stop = [.. request.Stop],
        StopTokens = [.. request.StopTokens],
        Sampling = request.Sampling with { LogitBias = request.Sampling.LogitBias?.ToDictionary() },
    };

    public static void Check(GenerationRequest request, int vocabularySize, int contextLength)
    {
        Require(request.Prompt.Count > 0, "The prompt has no tokens.");
        foreach (var token in request.Prompt)
        {
            Require(token >= 0 && token < vocabularySize, "The prompt has a token that the model does not know.");
        }

        Require(request.MaxTokens > 0, "MaxTokens must be at least 1.");
        Require(request.Choices is > 0 and <= MostChoices, $"Choices must be 1 to {MostChoices}.");
        Require(request.TopLogProbs is >= 0 and <= MostTopLogProbs, $"TopLogProbs must be 0 to {MostTopLogProbs}.");
        Require(request.Stop.Count <= MostStops, $"Stop may have {MostStops} texts at most.");
        CheckSampling(request.Sampling, vocabularySize);
        if (request.Prompt.Count >= contextLength)
        {
            throw new PromptTooLongException(request.Prompt.Count, contextLength);
        }
    }

    private static void CheckSampling(SamplingOptions sampling, int vocabularySize)
    {
        Require(float.IsFinite(sampling.Temperature) && sampling.Temperature >= 0, "Temperature must be a number from 0.");
        Require(sampling.TopP is >= 0 and <= 1, "TopP must be 0 to 1.");
        Require(sampling.MinP is >= 0 and <= 1, "MinP must be 0 to 1.");
        Require(sampling.TopK >= 0, "TopK must be 0 or more.");
        Require(float.IsFinite(sampling.FrequencyPenalty), "FrequencyPenalty must be a number.");
        Require(float.IsFinite(sampling.PresencePenalty), "PresencePenalty must be a number.");
        Require(float.IsFinite(sampling.RepetitionPenalty) && sampling.RepetitionPenalty > 0, "RepetitionPenalty must be above 0.");
        foreach (var (token, bias) in sampling.LogitBias ?? new Dictionary<int, float>())
        {
            Require(token >= 0 && token < vocabularySize, $"LogitBias has the token {token}, which the model does not know.");
            Require(!float.IsNaN(bias), "LogitBias must have numbers.");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
