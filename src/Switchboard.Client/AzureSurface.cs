namespace Switchboard.Client;

/// <summary>The two ways in which Azure offers the API.</summary>
public enum AzureSurface
{
    /// <summary><c>{endpoint}/openai/v1/…</c>: OpenAI's own paths, the deployment named as the model.</summary>
    V1,

    /// <summary><c>{endpoint}/openai/deployments/{deployment}/…?api-version=…</c> for the operations that have a deployment, <c>{endpoint}/openai/…</c> for the others.</summary>
    Deployments,
}
