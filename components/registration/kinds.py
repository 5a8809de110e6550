"""The types of Google Cloud's resources that a stack registers, as Pulumi names them."""

from typing import Final

ACCOUNT: Final = "gcp:serviceaccount/account:Account"
ACCOUNT_BINDING: Final = "gcp:serviceaccount/iAMMember:IAMMember"
AUDIT_CONFIG: Final = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
BINDING: Final = "gcp:projects/iAMMember:IAMMember"
CACHE_CONFIG: Final = "gcp:vertex/aiCacheConfig:AiCacheConfig"
FORWARDING_RULE: Final = "gcp:compute/globalForwardingRule:GlobalForwardingRule"
GLOBAL_ADDRESS: Final = "gcp:compute/globalAddress:GlobalAddress"
PARAMETER: Final = "gcp:parametermanager/regionalParameter:RegionalParameter"
PARAMETER_VERSION: Final = "gcp:parametermanager/regionalParameterVersion:RegionalParameterVersion"
POLICY: Final = "gcp:orgpolicy/policy:Policy"
POOL: Final = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool"
POOL_PROVIDER: Final = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
RECORD: Final = "gcp:dns/recordSet:RecordSet"
REGIONAL_ENDPOINT: Final = "gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint"
ROLE: Final = "gcp:projects/iAMCustomRole:IAMCustomRole"
SECRET: Final = "gcp:secretmanager/regionalSecret:RegionalSecret"  # noqa: S105
SECRET_BINDING: Final = "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember"  # noqa: S105
SECRET_VERSION: Final = "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion"  # noqa: S105
SERVICE: Final = "gcp:projects/service:Service"
SERVICE_IDENTITY: Final = "gcp:projects/serviceIdentity:ServiceIdentity"
ZONE: Final = "gcp:dns/managedZone:ManagedZone"
