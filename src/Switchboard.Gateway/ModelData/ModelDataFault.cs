namespace Switchboard.Gateway.ModelData;

/// <summary>One thing that is wrong with a file of facts.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Member">The member at fault, such as <c>providers.openai.gpt-4o.prices.input</c>; null for a fault of the whole file.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record ModelDataFault(int Line, string? Member, string Message);
