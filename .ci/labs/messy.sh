# The environment of the inventory lab, for the labs that begin where it ended.
set -e
aws ec2 run-instances --image-id ami-12c6146b --count 4 --instance-type t3.micro \
  --tag-specifications 'ResourceType=instance,Tags=[{Key=owner,Value=team-web}]'
aws ec2 run-instances --image-id ami-12c6146b --count 2 --instance-type m5.large
aws s3 mb s3://dev-logs
aws ec2 create-volume --size 100 --availability-zone us-east-1a
