using Switchboard.Protocol.Chat;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Tools;

/// <summary>The tokens of several answers together.</summary>
internal static class UsageSum
{
    /// <summary>Both together; null when neither is known.</summary>
    public static CompletionUsage? Of(CompletionUsage? left, CompletionUsage? right) => left is null || right is null
        ? left ?? right
        : new CompletionUsage(left.CompletionTokens + right.CompletionTokens, left.PromptTokens + right.PromptTokens, left.TotalTokens + right.TotalTokens)
        {
            PromptTokensDetails = Of(left.PromptTokensDetails, right.PromptTokensDetails),
            CompletionTokensDetails = Of(left.CompletionTokensDetails, right.CompletionTokensDetails),
        };

    /// <inheritdoc cref="Of(CompletionUsage?, CompletionUsage?)"/>
    public static ResponseUsage? Of(ResponseUsage? left, ResponseUsage? right) => left is null || right is null
        ? left ?? right
        : new ResponseUsage
        {
            InputTokens = left.InputTokens + right.InputTokens,
            InputTokensDetails = new ResponseUsageInputTokensDetails((left.InputTokensDetails?.CachedTokens ?? 0) + (right.InputTokensDetails?.CachedTokens ?? 0))
            {
                CacheWriteTokens = Of(left.InputTokensDetails?.CacheWriteTokens, right.InputTokensDetails?.CacheWriteTokens),
            },
            OutputTokens = left.OutputTokens + right.OutputTokens,
            OutputTokensDetails = new ResponseUsageOutputTokensDetails((left.OutputTokensDetails?.ReasoningTokens ?? 0) + (right.OutputTokensDetails?.ReasoningTokens ?? 0)),
            TotalTokens = left.TotalTokens + right.TotalTokens,
        };

    private static CompletionUsagePromptTokensDetails? Of(CompletionUsagePromptTokensDetails? left, CompletionUsagePromptTokensDetails? right) =>
        left is null || right is null ? left ?? right : new CompletionUsagePromptTokensDetails
        {
            AudioTokens = Of(left.AudioTokens, right.AudioTokens),
            CachedTokens = Of(left.CachedTokens, right.CachedTokens),
            TextTokens = Of(left.TextTokens, right.TextTokens),
            ImageTokens = Of(left.ImageTokens, right.ImageTokens),
            CacheWriteTokens = Of(left.CacheWriteTokens, right.CacheWriteTokens),
        };

    private static CompletionUsageCompletionTokensDetails? Of(CompletionUsageCompletionTokensDetails? left, CompletionUsageCompletionTokensDetails? right) =>
        left is null || right is null ? left ?? right : new CompletionUsageCompletionTokensDetails
        {
            AcceptedPredictionTokens = Of(left.AcceptedPredictionTokens, right.AcceptedPredictionTokens),
            AudioTokens = Of(left.AudioTokens, right.AudioTokens),
            ReasoningTokens = Of(left.ReasoningTokens, right.ReasoningTokens),
            TextTokens = Of(left.TextTokens, right.TextTokens),
            RejectedPredictionTokens = Of(left.RejectedPredictionTokens, right.RejectedPredictionTokens),
        };

    private static long? Of(long? left, long? right) => left is null && right is null ? null : (left ?? 0) + (right ?? 0);
}
