using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Providers.OpenAICompatible;

/// <summary>Where a call goes, below the base URL of a provider whose paths are not OpenAI's.</summary>
/// <param name="operation">What is asked for.</param>
/// <param name="path">The path and query as OpenAI has them.</param>
/// <param name="model">The model's name at the provider; empty where the call names none.</param>
/// <returns>The path and query; null where the model is needed for them.</returns>
internal delegate string? ApiPath(ApiOperation operation, string path, string model);
